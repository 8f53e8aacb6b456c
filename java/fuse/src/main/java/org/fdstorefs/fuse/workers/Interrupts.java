// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.fuse.workers;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.fdstorefs.internal.Linux;
import org.fdstorefs.internal.ProcessSys;
import org.fdstorefs.internal.SyscallNumber;
import org.fdstorefs.internal.SystemCall;
import org.jspecify.annotations.Nullable;

/**
 * Has system calls of other threads return with EINTR: {@code Thread.interrupt} does not reach those.
 * A thread gets SIGURG, whose handler, as long as one is needed, is a function of the C library that does
 * nothing; at other times that signal is ignored, or whatever the program has made of it.
 */
interface Interrupts {
    /** Those of this machine. */
    static Interrupts system() {
        return new Signals();
    }

    /** The calling thread, which may be interrupted from now on. */
    long self();

    /**
     * Interrupts a thread that is alive, if it waits in a system call just now. It may be about to, so
     * this must be done again until it has noticed.
     */
    void interrupt(long thread);

    /** Nobody needs to be interrupted any more. */
    void end();

    /** By tgkill(2). */
    final class Signals implements Interrupts {
        private static final int SIGURG = 23;
        private static final int SIG_UNBLOCK = 1;
        private static final int SIZE_OF_SIGSET = 8; // the kernel's

        private final ProcessSys processes = ProcessSys.system();
        private final int process = processes.getpid();
        private final byte[] ours;
        private byte @Nullable [] before;

        Signals() {
            // No flags, above all not SA_RESTART: what is interrupted ends.
            ours = ByteBuffer.allocate(Linux.SIGACTION_SIZE)
                    .order(ByteOrder.nativeOrder())
                    .putLong(processes.idleHandler())
                    .array();
        }

        @Override
        public long self() {
            try (SystemCall call = SystemCall.prepare()) {
                long set = call.room(SIZE_OF_SIGSET);
                call.putLong(set, 1L << (SIGURG - 1));
                call.invoke(SyscallNumber.RT_SIGPROCMASK, SIG_UNBLOCK, set, 0, SIZE_OF_SIGSET, 0, 0);
                return call.invoke(SyscallNumber.GETTID, 0);
            }
        }

        /** Another server of this process may have put another handler in place since. */
        @Override
        public synchronized void interrupt(long thread) {
            byte[] replaced = new byte[Linux.SIGACTION_SIZE];
            processes.sigaction(SIGURG, ours, replaced);
            if (ByteBuffer.wrap(replaced).getLong() != ByteBuffer.wrap(ours).getLong()) {
                before = replaced;
            }
            SystemCall.make(SyscallNumber.TGKILL, process, thread, SIGURG);
        }

        @Override
        public synchronized void end() {
            if (before != null) {
                processes.sigaction(SIGURG, before, null);
                before = null;
            }
        }
    }
}
