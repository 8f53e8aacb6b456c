// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs;

import java.io.IOException;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.fdstorefs.internal.Linux;
import org.jspecify.annotations.Nullable;

/**
 * A directory that the {@link Reactor} watches, with all waits for names in it, and those in a
 * directory within it that need to know of its end.
 */
final class WatchedDirectory {
    private static final int ENDS_A_CHILD = Linux.IN_DELETE | Linux.IN_MOVED_TO;

    private final Reactor reactor;
    private final int number;
    private final Map<String, WatchedName> names = new HashMap<>();
    private final Set<Watch> within = new LinkedHashSet<>();
    // A nameless entry that stands in for those that are missing: poll(2) of any reports that the store was sealed.
    private @Nullable Polled standIn;

    WatchedDirectory(Reactor reactor, int number) {
        this.reactor = reactor;
        this.number = number;
    }

    int number() {
        return number;
    }

    WatchedName add(Watch watch, String name) {
        WatchedName watched = names.computeIfAbsent(name, key -> new WatchedName(reactor));
        watched.add(watch);
        return watched;
    }

    void remove(Watch watch, String name) {
        WatchedName watched = names.get(name);
        if (watched != null && watched.remove(watch)) {
            names.remove(name);
        }
        forgetUnused();
    }

    void addWithin(Watch watch) {
        within.add(watch);
    }

    void removeWithin(Watch watch) {
        within.remove(watch);
        forgetUnused();
    }

    private void forgetUnused() {
        if (names.isEmpty()) {
            dropStandIn();
            if (within.isEmpty()) {
                reactor.forget(this);
            }
        }
    }

    /** Makes waits for what is missing notice the end of the store. */
    void watchStore(FdFunction<Result> open, Directory directory) throws IOException {
        if (standIn == null) {
            Result opened = directory.call(open);
            if (opened.failed()) {
                return; // without permission to make one, they notice it only when a name changes
            }
            standIn = reactor.poll((int) opened.value(), events -> sealed(), directory.file());
        }
        standIn.want(0);
    }

    private void sealed() {
        dropStandIn();
        names.values().forEach(WatchedName::storeEnded);
    }

    private void dropStandIn() {
        if (standIn != null) {
            standIn.drop();
            standIn = null;
        }
    }

    /** After an event of inotify(7) about a name in it. */
    void changed(String name, int mask) {
        WatchedName watched = names.get(name);
        if (watched != null) {
            watched.changed();
        }
        if ((mask & Linux.IN_ISDIR) != 0 && (mask & ENDS_A_CHILD) != 0) {
            within.forEach(Watch::signal);
        }
    }

    /** Anything may have changed. */
    void changed() {
        names.values().forEach(WatchedName::changed);
        within.forEach(Watch::signal);
    }

    /** It has another parent now, perhaps. */
    void moved() {
        forAll(Watch::moved);
    }

    /** Its filesystem has been unmounted. */
    void ended() {
        forAll(Watch::ended);
        within.forEach(Watch::signal);
    }

    void failed(Throwable failure) {
        forAll(watch -> watch.failed(failure));
        within.forEach(watch -> watch.failed(failure));
    }

    private void forAll(Consumer<Watch> action) {
        for (WatchedName watched : List.copyOf(names.values())) {
            watched.forAll(action);
        }
    }
}
