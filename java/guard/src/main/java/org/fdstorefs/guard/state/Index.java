// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.guard.state;

import java.util.Arrays;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/** A hash table of elements that carry their own keys, since a million of them must not cost a map's entries. */
final class Index<T> {
    private static final int SMALLEST = 64;

    private final ToIntFunction<T> hash;
    private @Nullable Object[] table = new Object[SMALLEST];
    private int size;

    Index(ToIntFunction<T> hash) {
        this.hash = hash;
    }

    static int mix(long key) {
        long mixed = key * 0x9E3779B97F4A7C15L;
        return (int) (mixed >>> 32);
    }

    int size() {
        return size;
    }

    @SuppressWarnings("unchecked")
    private @Nullable T at(int place) {
        return (T) table[place];
    }

    private int next(int place) {
        return (place + 1) & (table.length - 1);
    }

    /** The element with this hash that matches, or null. */
    @Nullable
    T find(int hashOfIt, Predicate<T> matches) {
        int place = hashOfIt & (table.length - 1);
        for (T element = at(place); element != null; element = at(place)) {
            if (matches.test(element)) {
                return element;
            }
            place = next(place);
        }
        return null;
    }

    /** Adds an element that is not there. */
    void add(T element) {
        if (2 * (size + 1) > table.length) {
            resize(2 * table.length);
        }
        put(element);
        size++;
    }

    private void put(T element) {
        int place = hash.applyAsInt(element) & (table.length - 1);
        while (table[place] != null) {
            place = next(place);
        }
        table[place] = element;
    }

    /** Removes an element, if it is there. */
    void remove(T element) {
        int place = hash.applyAsInt(element) & (table.length - 1);
        while (table[place] != element) {
            if (table[place] == null) {
                return;
            }
            place = next(place);
        }
        table[place] = null;
        size--;
        // Those behind it may have been put there because its place was taken.
        int other = next(place);
        for (T moved = at(other); moved != null; moved = at(other)) {
            table[other] = null;
            put(moved);
            other = next(other);
        }
        if (table.length > SMALLEST && 8 * size < table.length) {
            resize(table.length / 2);
        }
    }

    private void resize(int length) {
        Object[] old = table;
        table = new Object[length];
        for (Object element : old) {
            if (element != null) {
                @SuppressWarnings("unchecked")
                T it = (T) element;
                put(it);
            }
        }
    }

    void clear() {
        table = new Object[SMALLEST];
        size = 0;
    }

    void forEach(Consumer<T> consumer) {
        for (Object element : Arrays.asList(table)) {
            if (element != null) {
                @SuppressWarnings("unchecked")
                T it = (T) element;
                consumer.accept(it);
            }
        }
    }
}
