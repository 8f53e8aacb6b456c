// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.fuse.workers;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * The threads that wait for a request, so that they can be told that there is nothing more to do. Thread-safe.
 *
 * <p>A thread says that it waits, and then looks whether it must not; whoever ends says so, and then looks who
 * waits: one of the two sees the other, and neither needs a lock.
 */
final class Waits {
    private static final long MILLIS_BETWEEN = 1;

    private final Interrupts interrupts;
    private final List<Place> places = new CopyOnWriteArrayList<>();
    private volatile boolean ended;

    Waits(Interrupts interrupts) {
        this.interrupts = requireNonNull(interrupts, "interrupts is null");
    }

    /** The place of one thread, which alone may begin and end there. */
    final class Place {
        private final long thread;
        private volatile boolean waiting;

        private Place(long thread) {
            this.thread = thread;
        }

        /** The thread is about to wait; false if it must not. Until {@link #end} it is alive. */
        boolean begin() {
            waiting = true;
            if (ended) {
                end();
                return false;
            }
            return true;
        }

        void end() {
            waiting = false;
            if (ended) {
                told();
            }
        }
    }

    /** A place for the calling thread. */
    Place join() {
        Place place = new Place(interrupts.self());
        places.add(place);
        return place;
    }

    /** Whoever ends is not interrupting the thread any more when this returns, so that it may end, too. */
    private synchronized void told() {
        notifyAll();
    }

    boolean anybody() {
        return places.stream().anyMatch(place -> place.waiting);
    }

    /** Nobody may wait from now on; returns when nobody waits any more. */
    synchronized void endAll() {
        ended = true;
        boolean interrupted = false;
        while (anybody()) {
            places.stream().filter(place -> place.waiting).forEach(place -> interrupts.interrupt(place.thread));
            try {
                wait(MILLIS_BETWEEN); // a signal that came before the read is lost
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        interrupts.end();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
