// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.guard.backend;

import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;

/** What a backend needs of the C library beyond {@code org.fdstorefs.internal}. */
final class Libc {
    static {
        Native.register(Libc.class, NativeLibrary.getProcess());
    }

    private Libc() {}

    /** What a call gave, or why it failed, as a negated errno; to be asked by the thread that made the call. */
    static int check(int result) {
        return result < 0 ? -Native.getLastError() : result;
    }

    /** As {@link #check(int)}. */
    static long check(long result) {
        return result < 0 ? -Native.getLastError() : result;
    }

    static native int socketpair(int domain, int type, int protocol, int[] fds);

    static native int setsockopt(int fd, int level, int option, byte[] value, int length);

    static native int shutdown(int fd, int how);

    static native long recv(int fd, long address, long length, int flags);

    static native long writev(int fd, long iovecs, int count);

    static native int poll(byte[] pollfds, long count, int timeoutMillis);

    static native int prctl(int option, long a, long b, long c, long d);

    static native long syscall(long number, long a, long b, long c, long d);
}
