// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.fuse;

import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;

/** What sessions need of the C library beyond {@code org.fdstorefs.internal.Sys}. */
final class Libc {
    static final int MFD_CLOEXEC = 1;
    static final int MFD_ALLOW_SEALING = 2;
    static final int F_ADD_SEALS = 1033;
    static final int F_GET_SEALS = 1034;
    static final int F_SEAL_SEAL = 1;
    static final int F_SEAL_SHRINK = 2;
    static final int F_SEAL_GROW = 4;
    static final int MADV_POPULATE_WRITE = 23; // since Linux 5.14

    static {
        Native.register(Libc.class, NativeLibrary.getProcess());
    }

    private Libc() {}

    /** Why the last of these calls of this thread failed. */
    static int errno() {
        return Native.getLastError();
    }

    /** The address of a handler for signals that does nothing: abs(3), as good as any. */
    static long idleHandler() {
        return Pointer.nativeValue(NativeLibrary.getProcess().getFunction("abs"));
    }

    static native int memfd_create(byte[] name, int flags);

    static native int ftruncate(int fd, long size);

    static native int madvise(long address, long length, int advice);

    static native int mlock(long address, long length);

    static native int munlock(long address, long length);

    static native long pthread_self();

    static native int pthread_kill(long thread, int signal);

    static native int pthread_sigmask(int how, byte[] set, long old);

    static native long signal(int signal, long handler);

    static native int siginterrupt(int signal, int flag);

    static native long readlink(byte[] path, byte[] target, long size);
}
