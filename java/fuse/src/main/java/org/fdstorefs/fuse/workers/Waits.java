// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.fuse.workers;

import static java.util.Objects.requireNonNull;

import java.util.HashSet;
import java.util.Set;

/** The threads that wait for a request, so that they can be told that there is nothing more to do. Thread-safe. */
final class Waits {
    private static final long MILLIS_BETWEEN = 1;

    private final Interrupts interrupts;
    private final Set<Long> waiting = new HashSet<>();
    private boolean ended;

    Waits(Interrupts interrupts) {
        this.interrupts = requireNonNull(interrupts, "interrupts is null");
    }

    /** The calling thread, for {@link #begin} and {@link #end}. */
    long self() {
        return interrupts.self();
    }

    /** A thread is about to wait; false if it must not. Until {@link #end} it is alive. */
    synchronized boolean begin(long thread) {
        return !ended && waiting.add(thread);
    }

    synchronized void end(long thread) {
        waiting.remove(thread);
        if (ended) {
            notifyAll();
        }
    }

    synchronized boolean anybody() {
        return !waiting.isEmpty();
    }

    /** Nobody may wait from now on; returns when nobody waits any more. */
    synchronized void endAll() {
        ended = true;
        boolean interrupted = false;
        while (!waiting.isEmpty()) {
            waiting.forEach(interrupts::interrupt);
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
