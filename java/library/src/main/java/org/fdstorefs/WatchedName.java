// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs;

import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.fdstorefs.internal.Linux;
import org.fdstorefs.internal.Sys;
import org.jspecify.annotations.Nullable;

/**
 * A name in a directory, all waits for what has it, and the entry that has it now if that is polled.
 *
 * <p>Of the waits that want to take, one is woken at a time. It passes the turn on when it has taken, or has
 * given up; if it was too late, it waits again, and the entry, polled again, wakes the next.
 */
final class WatchedName {
    private final Reactor reactor;
    private final Set<Watch> watches = new LinkedHashSet<>();
    private @Nullable Watch turn;
    private @Nullable Polled entry;
    private @Nullable Stat identity;

    WatchedName(Reactor reactor) {
        this.reactor = reactor;
    }

    void add(Watch watch) {
        watches.add(watch);
    }

    /** Whether nobody is left. */
    boolean remove(Watch watch) {
        watches.remove(watch);
        if (watches.isEmpty()) {
            drop();
        } else if (watch == turn) {
            turn = null;
            giveTurn();
        }
        return watches.isEmpty();
    }

    /** The wait that has the turn waits again. */
    void waitsAgain(Watch watch) {
        if (watch == turn) {
            turn = null;
        }
    }

    boolean isPolled() {
        return entry != null;
    }

    /** Takes over the descriptor of the entry that has the name. */
    void poll(Sys sys, int fd, String file) throws IOException {
        Stat opened = new Stat();
        opened.look(sys, fd);
        entry = reactor.poll(fd, this::fired, file);
        identity = opened;
    }

    /** Asks for the events of all waits. */
    void arm() {
        int wanted = 0;
        for (Watch watch : watches) {
            if (!watch.isSignalled() && (turn == null || !watch.takes())) {
                wanted |= watch.event();
            }
        }
        if (entry != null && wanted != 0) {
            entry.want(wanted);
        }
    }

    private void fired(int events) {
        if ((events & (Linux.EPOLLHUP | Linux.EPOLLERR)) != 0) {
            Stat polled = identity;
            drop(); // it may have lost its name
            watches.forEach(watch -> watch.hungUp(polled));
            return;
        }
        for (Watch watch : watches) {
            if ((watch.event() & events) != 0 && !watch.takes()) {
                watch.signal();
            }
        }
        if ((events & Linux.EPOLLIN) != 0) {
            giveTurn();
        }
        arm();
    }

    /** Another entry has the name, or none. */
    void changed() {
        drop();
        for (Watch watch : watches) {
            if (!watch.takes()) {
                watch.signal();
            }
        }
        giveTurn();
    }

    /** There is no entry of that name, and there will be none. */
    void storeEnded() {
        if (entry == null) {
            watches.forEach(watch -> watch.hungUp(null));
        }
    }

    /** Wakes one wait that wants to take; if one is awake already, that looks once more before it waits. */
    private void giveTurn() {
        if (turn == null) {
            turn = watches.stream().filter(Watch::takes).findFirst().orElse(null);
        }
        if (turn != null) {
            turn.signal();
        }
    }

    void forAll(Consumer<Watch> action) {
        List.copyOf(watches).forEach(action);
    }

    private void drop() {
        if (entry != null) {
            entry.drop();
            entry = null;
            identity = null;
        }
    }
}
