// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.fuse.state;

import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;

/** What the state memory needs of the C library beyond {@code org.fdstorefs.internal.Sys}. */
final class Libc {
    static final int MFD_CLOEXEC = 1;
    static final int MFD_ALLOW_SEALING = 2;
    static final int F_ADD_SEALS = 1033;
    static final int F_GET_SEALS = 1034;
    static final int F_SEAL_SEAL = 1;
    static final int F_SEAL_SHRINK = 2;
    static final int FALLOC_FL_KEEP_SIZE = 1;
    static final int FALLOC_FL_PUNCH_HOLE = 2;
    static final int MADV_POPULATE_WRITE = 23; // since Linux 5.14

    static {
        Native.register(Libc.class, NativeLibrary.getProcess());
    }

    private Libc() {}

    /** Why the last of these calls of this thread failed. */
    static int errno() {
        return Native.getLastError();
    }

    static native int memfd_create(byte[] name, int flags);

    static native int fallocate(int fd, int mode, long offset, long length);

    static native int ftruncate(int fd, long size);

    static native int madvise(long address, long length, int advice);

    static native int mlock(long address, long length);

    static native int munlock(long address, long length);
}
