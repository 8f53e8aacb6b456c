// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.atomic.AtomicInteger;
import org.fdstorefs.internal.Sys;
import org.fdstorefs.internal.SysErrors;

/**
 * A descriptor number with the count of the calls that use it, apart from {@link Fd} so that a
 * cleaner can close it when the Fd is gone.
 *
 * <p>The number is handed back to the kernel only when no call uses it: were it closed earlier, the
 * kernel could give it to another file under the hands of such a call.
 */
final class FdHandle implements Runnable {
    // The sign bit of the state: closed, or given away. The other bits: how many calls use it.
    private static final int CLOSED = 1 << 31;

    private final Sys sys;
    private final int number;
    private final AtomicInteger state = new AtomicInteger();

    FdHandle(Sys sys, int number) {
        this.sys = sys;
        this.number = number;
    }

    int number() {
        return number;
    }

    boolean isOpen() {
        return state.get() >= 0;
    }

    /** Begins a use, which {@link #release} must end; false if it is closed. */
    boolean acquire() {
        // Not by compareAndExchange, which is a call into the JVM wherever its second compiler is switched off.
        for (int now = state.get(); now >= 0; now = state.get()) {
            if (state.compareAndSet(now, now + 1)) {
                return true;
            }
        }
        return false;
    }

    /** Ends a use. The last one after {@link #close} closes, and can only log a failure of that. */
    void release() {
        if (state.decrementAndGet() == CLOSED) {
            try {
                closeNumber();
            } catch (IOException e) {
                logger().log(Level.WARNING, "deferred close failed", e);
            }
        }
    }

    /** Closes, or leaves that to the last use. Later calls do nothing. */
    void close() throws IOException {
        if (state.getAndUpdate(s -> s | CLOSED) == 0) {
            closeNumber();
        }
    }

    /** Gives the number away unless it is closed or in use. */
    boolean detach() {
        return state.compareAndSet(0, CLOSED);
    }

    /** How the cleaner closes what the program forgot to close. */
    @Override
    public void run() {
        if (isOpen()) {
            logger().log(Level.WARNING, "fd {0} was never closed; closing it now", Integer.toString(number));
            try {
                close();
            } catch (IOException e) {
                logger().log(Level.WARNING, "close of a forgotten descriptor failed", e);
            }
        }
    }

    private void closeNumber() throws IOException {
        int result = sys.close(number);
        // close(2): on Linux the descriptor is closed even then, and a second try would hit another.
        if (result < 0 && result != -Errno.EINTR.number()) {
            throw SysErrors.exception(result, "close", "fd " + number);
        }
    }

    // Not a constant: most programs never log, and to make a logger costs tens of milliseconds.
    private static Logger logger() {
        return System.getLogger(Fd.class.getName());
    }
}
