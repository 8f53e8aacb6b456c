// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.mirror;

import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import java.nio.ByteBuffer;

/** The file calls of the C library; paths and names end with a NUL. */
final class Libc {
    static final int AT_REMOVEDIR = 0x200;
    static final int AT_SYMLINK_NOFOLLOW = 0x100;
    static final int O_ACCMODE = 03;
    static final int O_CLOEXEC = 02000000;
    static final int O_CREAT = 0100;
    static final int O_EXCL = 0200;
    static final int O_NOCTTY = 0400;
    static final int O_NONBLOCK = 04000;
    static final int O_PATH = 010000000;
    static final int O_RDONLY = 0;
    static final int O_TRUNC = 01000;
    static final int O_WRONLY = 01;
    static final int RENAME_EXCHANGE = 2;
    static final int RENAME_NOREPLACE = 1;

    private static final boolean ARM = System.getProperty("os.arch").equals("aarch64");
    static final int O_DIRECTORY = ARM ? 040000 : 0200000;
    static final int O_NOFOLLOW = ARM ? 0100000 : 0400000;

    static {
        Native.register(Libc.class, NativeLibrary.getProcess());
    }

    private Libc() {}

    /** Why the last of these calls of this thread failed. */
    static int errno() {
        return Native.getLastError();
    }

    /** Where the memory of a direct buffer begins, whatever its position; valid while the buffer is reachable. */
    static long address(ByteBuffer direct) {
        return Pointer.nativeValue(Native.getDirectBufferPointer(direct));
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
