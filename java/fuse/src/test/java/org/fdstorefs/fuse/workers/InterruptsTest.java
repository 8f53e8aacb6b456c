// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.fuse.workers;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.fdstorefs.Errno;
import org.fdstorefs.Fd;
import org.fdstorefs.internal.Sys;
import org.junit.jupiter.api.Test;

/** With a read that nothing else would end: of an eventfd that nobody writes to. */
class InterruptsTest {
    private static final int HANGING_SECONDS = 60;

    private static int readForEver(Waits waits) throws Exception {
        Waits.Place place = waits.join();
        assertThat(place.begin()).isTrue();
        try (Fd never = Fd.eventfd()) {
            return (int) Sys.system().read(never.intValue(), new byte[8], 8);
        } finally {
            place.end();
        }
    }

    @Test
    void whoWaitsInASystemCallIsInterruptedAndNobodyWaitsAnyMore() throws Exception {
        for (int again = 0; again < 3; again++) {
            Waits waits = new Waits(Interrupts.system());
            FutureTask<Integer> reader = new FutureTask<>(() -> readForEver(waits));
            Thread thread = new Thread(reader);
            thread.setDaemon(true);
            thread.start();
            while (!waits.anybody() && !reader.isDone()) {
                Thread.onSpinWait();
            }

            waits.endAll();

            assertThat(waits.join().begin()).as("whether one may still wait").isFalse();
            assertThat(reader.get(HANGING_SECONDS, TimeUnit.SECONDS)).isEqualTo(-Errno.EINTR.number());
        }
    }
}
