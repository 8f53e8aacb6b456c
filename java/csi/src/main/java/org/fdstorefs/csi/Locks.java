// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.csi;

import static java.util.Objects.requireNonNull;

import io.grpc.StatusException;
import java.time.Duration;
import java.util.Collections;
import java.util.HashSet;
import java.util.Set;

/** One call at a time for each volume and each place; whoever comes later waits, but not for ever. */
final class Locks {
    private final Duration patience;
    private final Set<String> taken = new HashSet<>();

    Locks(Duration patience) {
        this.patience = requireNonNull(patience, "patience is null");
    }

    /** What is held until it is closed. */
    interface Held extends AutoCloseable {
        @Override
        void close();
    }

    /**
     * Waits until none of the names is held, and holds all of them.
     *
     * @throws StatusException if one of them was held for too long
     */
    synchronized Held hold(Set<String> names) throws StatusException {
        Set<String> own = Set.copyOf(names);
        long deadline = System.nanoTime() + patience.toNanos();
        while (!Collections.disjoint(taken, own)) {
            long millis = (deadline - System.nanoTime()) / 1_000_000;
            if (millis <= 0) {
                throw Refusal.aborted("another call for " + String.join(", ", own) + " has not ended yet");
            }
            try {
                wait(millis);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw Refusal.aborted("interrupted");
            }
        }
        taken.addAll(own);
        return () -> release(own);
    }

    private synchronized void release(Set<String> names) {
        taken.removeAll(names);
        notifyAll();
    }
}
