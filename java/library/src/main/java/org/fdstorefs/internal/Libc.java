// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.internal;

import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;

/**
 * What {@link NativeSys} needs of the C library, mapped directly. The C library is looked for in the process itself: looking for a
 * file of its name would make JNA start ldconfig(8).
 *
 * <p>ioctl, open, fcntl and syscall are variadic in C. Calling them with fixed arguments is the
 * same on every ABI that {@link Linux} accepts.
 */
final class Libc {
    static {
        Linux.requireSupported();
        Native.register(Libc.class, NativeLibrary.getProcess());
    }

    private Libc() {}

    static native int openat(int dirFd, byte[] path, int flags, int mode);

    static native int close(int fd);

    static native long read(int fd, long buffer, long count);

    static native long read(int fd, byte[] buffer, long count);

    static native long write(int fd, long buffer, long count);

    static native long write(int fd, byte[] buffer, long count);

    static native int ioctl(int fd, long request, long argument);

    static native int ioctl(int fd, long request, byte[] argument);

    static native int fcntl(int fd, int command, long argument);

    static native int dup3(int oldFd, int newFd, int flags);

    static native int poll(byte[] pollfds, long count, int timeoutMillis);

    static native int fstatfs(int fd, byte[] statfs);

    static native int linkat(int oldDirFd, byte[] oldPath, int newDirFd, byte[] newPath, int flags);

    static native int unlinkat(int dirFd, byte[] path, int flags);

    static native int mkdirat(int dirFd, byte[] path, int mode);

    static native int renameat2(int oldDirFd, byte[] oldPath, int newDirFd, byte[] newPath, int flags);

    static native int statx(int dirFd, byte[] path, int flags, int mask, byte[] statx);

    static native int flock(int fd, int operation);

    static native long syscall(long number, long a, long b, long c);

    static native long syscall(long number, long a, byte[] b, long c);
}
