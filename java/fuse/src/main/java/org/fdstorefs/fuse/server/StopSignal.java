// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.fuse.server;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Ends a wait, or a session's service, when another thread asks for it. Thread-safe. */
final class StopSignal {
    private boolean stopped;
    private @Nullable Thread waiting;
    private @Nullable FuseSession session;

    /** Something that waits until it is interrupted, or until what it waits for has happened. */
    @FunctionalInterface
    interface Wait {
        void run() throws IOException, InterruptedException;
    }

    synchronized void stop() {
        stopped = true;
        if (waiting != null) {
            waiting.interrupt();
        }
        if (session != null) {
            session.stop();
        }
    }

    private synchronized boolean isStopped() {
        return stopped;
    }

    /** Waits, unless it is stopped: then this is false. */
    boolean await(Wait wait) throws IOException, InterruptedException {
        if (!begin()) {
            return false;
        }
        try {
            wait.run();
        } catch (InterruptedException e) {
            if (!isStopped()) {
                throw e;
            }
        } finally {
            end();
        }
        return !isStopped();
    }

    private synchronized boolean begin() {
        waiting = stopped ? null : Thread.currentThread();
        return !stopped;
    }

    /** Swallows an interrupt that came too late. */
    private synchronized void end() {
        waiting = null;
        if (stopped) {
            Thread.interrupted();
        }
    }

    /** Serves until there are no more requests; false if it is stopped before. */
    boolean serve(FuseSession toServe, int workers) throws IOException {
        serving(toServe);
        try {
            return toServe.serve(workers);
        } finally {
            serving(null);
        }
    }

    private synchronized void serving(@Nullable FuseSession now) {
        session = now;
        if (stopped && now != null) {
            now.stop();
        }
    }
}
