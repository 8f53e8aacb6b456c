// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.internal;

/** What is done with threads here. */
public final class Threads {
    private Threads() {}

    /** Waits for the end of a thread; an interrupt is kept for later. */
    public static void join(Thread thread) {
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
