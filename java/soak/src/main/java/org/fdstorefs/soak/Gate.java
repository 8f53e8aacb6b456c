// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.soak;

/** Lets the workers rest. Thread-safe. */
final class Gate {
    private boolean open = true;

    synchronized void open() {
        open = true;
        notifyAll();
    }

    /** Whoever comes to the gate waits there. */
    synchronized void close() {
        open = false;
    }

    synchronized void pass() throws InterruptedException {
        while (!open) {
            wait();
        }
    }
}
