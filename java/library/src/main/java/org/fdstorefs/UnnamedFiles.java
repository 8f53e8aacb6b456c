// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.time.Instant;
import org.fdstorefs.internal.ByteStrings;
import org.fdstorefs.internal.Linux;
import org.fdstorefs.internal.Sys;
import org.fdstorefs.internal.SysErrors;
import org.fdstorefs.internal.UnnamedSys;

/** Makes files that have no name. */
record UnnamedFiles(Sys sys, UnnamedSys unnamed) {

    static UnnamedFiles system() {
        return new UnnamedFiles(Sys.system(), UnnamedSys.system());
    }

    Fd eventfd() throws IOException {
        return adopt(unnamed.eventfd(0, Linux.EFD_CLOEXEC), "eventfd");
    }

    /** That is ready after this time, in which the machine may sleep. */
    Fd timerfd(Duration time) throws IOException {
        if (time.isNegative() || time.isZero()) {
            throw new IllegalArgumentException("no time to come: " + time);
        }
        return timerfd(Linux.CLOCK_BOOTTIME, 0, time.getSeconds(), time.getNano());
    }

    /** That is ready at this time, by the clock that people set. */
    Fd timerfd(Instant time) throws IOException {
        // A timer that is set to 0 never fires, and one before 1970 is refused.
        Instant after = time.isAfter(Instant.EPOCH) ? time : Instant.EPOCH.plusNanos(1);
        return timerfd(Linux.CLOCK_REALTIME, Linux.TFD_TIMER_ABSTIME, after.getEpochSecond(), after.getNano());
    }

    private Fd timerfd(int clock, int flags, long seconds, long nanos) throws IOException {
        Fd timer = adopt(unnamed.timerfdCreate(clock, Linux.TFD_CLOEXEC), "timerfd_create");
        try {
            byte[] once = ByteBuffer.allocate(Linux.ITIMERSPEC_SIZE)
                    .order(ByteOrder.nativeOrder())
                    .putLong(0)
                    .putLong(0)
                    .putLong(seconds)
                    .putLong(nanos)
                    .array();
            int result = timer.use(fd -> unnamed.timerfdSettime(fd, flags, once));
            if (result < 0) {
                throw SysErrors.exception(result, "timerfd_settime", "a timer");
            }
            return timer;
        } catch (Throwable e) {
            timer.close();
            throw e;
        }
    }

    FdPipe pipe() throws IOException {
        int[] ends = new int[2];
        int result = unnamed.pipe(ends, Linux.O_CLOEXEC);
        if (result < 0) {
            throw SysErrors.exception(result, "pipe2", "a pipe");
        }
        return new FdPipe(Fd.lasting(sys, ends[0]), Fd.lasting(sys, ends[1]));
    }

    Fd memfd(String name) throws IOException {
        return adopt(unnamed.memfdCreate(ByteStrings.encode(name), Linux.MFD_CLOEXEC), "memfd_create " + name);
    }

    private Fd adopt(int result, String call) throws IOException {
        if (result < 0) {
            throw SysErrors.exception(result, call, "a file without a name");
        }
        return Fd.adopt(sys, result);
    }
}
