// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.soak;

import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Asks for one thing, again and again: what it waits longest for is the longest stall. */
final class ProbeWorkload implements Workload {
    private static final long PAUSE_MILLIS = 5;

    private final Tally tally = new Tally();
    private final Prober prober;
    private final CountDownLatch stopped = new CountDownLatch(1);

    ProbeWorkload(Path mount) {
        this.prober = new Prober(mount, tally);
    }

    /** Whose waits count here, too. */
    Prober prober() {
        return prober;
    }

    @Override
    public String name() {
        return "probe";
    }

    @Override
    public Tally tally() {
        return tally;
    }

    @Override
    public void stop() {
        stopped.countDown();
    }

    @Override
    public void run() {
        try {
            do {
                prober.ask();
                tally.roundDone();
            } while (!stopped.await(PAUSE_MILLIS, TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
