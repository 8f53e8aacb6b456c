// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.fuse.mirror;

import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;

/** The file calls of the C library; paths and names end with a NUL. */
final class Libc {
    static {
        Native.register(Libc.class, NativeLibrary.getProcess());
    }

    private Libc() {}

    /** Why the last of these calls of this thread failed. */
    static int errno() {
        return Native.getLastError();
    }

    static native int openat(int directory, byte[] path, int flags, int mode);

    static native int close(int fd);

    static native long pread(int fd, long address, long count, long offset);

    static native long pwrite(int fd, long address, long count, long offset);

    static native int ftruncate(int fd, long size);

    static native int fallocate(int fd, int mode, long offset, long length);

    static native long lseek(int fd, long offset, int whence);

    static native long copy_file_range(int fromFd, long fromOffset, int toFd, long toOffset, long length, int flags);

    static native int fsync(int fd);

    static native int fdatasync(int fd);

    static native int statx(int directory, byte[] path, int flags, int mask, long statx);

    static native int fstatfs(int fd, long statfs);

    static native long getdents64(int fd, long address, long count);

    static native int mkdirat(int directory, byte[] path, int mode);

    static native int mknodat(int directory, byte[] path, int mode, long device);

    static native int symlinkat(byte[] target, int directory, byte[] path);

    static native long readlinkat(int directory, byte[] path, long target, long size);

    static native int linkat(int oldDirectory, byte[] oldPath, int newDirectory, byte[] newPath, int flags);

    static native int unlinkat(int directory, byte[] path, int flags);

    static native int renameat2(int oldDirectory, byte[] oldPath, int newDirectory, byte[] newPath, int flags);

    static native int fchmodat(int directory, byte[] path, int mode, int flags);

    static native int fchownat(int directory, byte[] path, int uid, int gid, int flags);

    static native int utimensat(int directory, byte[] path, long times, int flags);

    static native long lgetxattr(byte[] path, byte[] name, long value, long size);

    static native long llistxattr(byte[] path, long list, long size);

    static native int lsetxattr(byte[] path, byte[] name, byte[] value, long size, int flags);

    static native int lremovexattr(byte[] path, byte[] name);
}
