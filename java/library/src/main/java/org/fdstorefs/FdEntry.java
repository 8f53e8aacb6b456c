// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs;

import static java.util.Objects.requireNonNull;

import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An entry as it was when it was looked at.
 *
 * <pre>{@code
 * try (FdStore store = FdStore.open(Path.of("/run/fdstore"))) {
 *     for (FdEntry entry : store.list()) {
 *         System.out.println(entry.name() + " " + entry.stored().map(StoredFile::type).orElse("-"));
 *     }
 * }
 * }</pre>
 *
 * <p>Immutable. Two are equal if the kernel reported the same about entries of the same name.
 */
public final class FdEntry {
    private final String name;
    private final State state;
    private final Optional<StoredFile> stored;
    private final Map<String, String> attributes;

    FdEntry(String name, State state, Optional<StoredFile> stored, Map<String, String> attributes) {
        this.name = requireNonNull(name, "name is null");
        this.state = requireNonNull(state, "state is null");
        this.stored = requireNonNull(stored, "stored is null");
        this.attributes = requireNonNull(attributes, "attributes is null");
    }

    static FdEntry unreadable(String name) {
        return new FdEntry(name, State.UNREADABLE, Optional.empty(), Map.of());
    }

    /** Whether an entry holds something. */
    public enum State {
        EMPTY,
        FILLED,
        /** The caller may not read the entry. */
        UNREADABLE
    }

    /** Its name in its directory. */
    public String name() {
        return name;
    }

    /** Whether it holds something. */
    public State state() {
        return state;
    }

    /** What it holds, if it is filled. */
    public Optional<StoredFile> stored() {
        return stored;
    }

    /**
     * All that the kernel reported, by key and in its order; nothing if the entry may not be read. The keys are {@code
     * state}; if it is filled {@code stored-type}, {@code stored-dev}, {@code stored-ino}, {@code stored-access},
     * {@code stored-flags} and {@code put-time}, whose meaning {@link StoredFile} gives; and where it was
     * put so {@code put-hangup}, {@code put-peer} and {@code put-remove}, each with {@code yes}, and {@code
     * put-anchor} with the kind of the anchor. A later kernel may add to them.
     */
    public Map<String, String> attributes() {
        return attributes;
    }

    @SuppressWarnings("exports") // to require the annotation transitively would make users need it, too
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof FdEntry entry
                && name.equals(entry.name)
                && state == entry.state
                && attributes.equals(entry.attributes);
    }

    @Override
    public int hashCode() {
        return Objects.hash(name, state, attributes);
    }

    @Override
    public String toString() {
        return name + " " + (attributes.isEmpty() ? state : attributes);
    }
}
