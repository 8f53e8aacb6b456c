// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.fuse.workers;

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

    /** By pthread_kill(3). */
    final class Signals implements Interrupts {
        private static final int SIGURG = 23;
        private static final int SIG_UNBLOCK = 1;
        private static final int SIZE_OF_SIGSET = 128;
        private static final long NONE = -1;

        private final long handler = Libc.idleHandler();
        private long before = NONE;

        @Override
        public long self() {
            byte[] set = new byte[SIZE_OF_SIGSET];
            set[(SIGURG - 1) / Byte.SIZE] = (byte) (1 << (SIGURG - 1) % Byte.SIZE);
            Libc.pthread_sigmask(SIG_UNBLOCK, set, 0);
            return Libc.pthread_self();
        }

        /** Another server of this process may have put another handler in place since. */
        @Override
        public synchronized void interrupt(long thread) {
            Libc.siginterrupt(SIGURG, 1); // no restart of what is interrupted
            long replaced = Libc.signal(SIGURG, handler);
            if (replaced != handler) {
                before = replaced;
            }
            Libc.pthread_kill(thread, SIGURG);
        }

        @Override
        public synchronized void end() {
            if (before != NONE) {
                Libc.siginterrupt(SIGURG, 0);
                Libc.signal(SIGURG, before);
                before = NONE;
            }
        }
    }
}
