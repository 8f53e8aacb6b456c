// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.internal;

import static org.fdstorefs.internal.ByteStrings.cString;

import com.sun.jna.Native;
import com.sun.jna.Pointer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** {@link Sys} on the C library. */
final class NativeSys implements Sys {
    static final NativeSys INSTANCE = new NativeSys();

    // fstatfs(2): struct statfs starts with f_type and is 120 bytes long on every supported ABI.
    private static final int STATFS_SIZE = 256;

    private NativeSys() {}

    static long address(ByteBuffer direct) {
        return Pointer.nativeValue(Native.getDirectBufferPointer(direct));
    }

    static ByteBuffer memory(long address, long length) {
        return new Pointer(address).getByteBuffer(0, length);
    }

    // JNA keeps errno per thread as it was when the native function returned.
    static int check(int result) {
        return result < 0 ? -Native.getLastError() : result;
    }

    static long check(long result) {
        return result < 0 ? -Native.getLastError() : result;
    }

    @Override
    public int openat(int dirFd, byte[] path, int flags, int mode) {
        return check(Libc.openat(dirFd, cString(path), flags, mode));
    }

    @Override
    public int close(int fd) {
        return check(Libc.close(fd));
    }

    @Override
    public long read(int fd, long address, long count) {
        return check(Libc.read(fd, address, count));
    }

    @Override
    public long read(int fd, byte[] buffer, long count) {
        return check(Libc.read(fd, buffer, Math.min(count, buffer.length)));
    }

    @Override
    public long write(int fd, long address, long count) {
        return check(Libc.write(fd, address, count));
    }

    @Override
    public long write(int fd, byte[] buffer, long count) {
        return check(Libc.write(fd, buffer, Math.min(count, buffer.length)));
    }

    @Override
    public int ioctl(int fd, long request, long argument) {
        return check(Libc.ioctl(fd, request, argument));
    }

    @Override
    public int ioctl(int fd, long request, byte[] argument) {
        return check(Libc.ioctl(fd, request, argument));
    }

    @Override
    public int fcntl(int fd, int command, long argument) {
        return check(Libc.fcntl(fd, command, argument));
    }

    @Override
    public int dup3(int oldFd, int newFd, int flags) {
        return check(Libc.dup3(oldFd, newFd, flags));
    }

    @Override
    public int closeRange(int first, int last, int flags) {
        return (int) check(Libc.syscall(Linux.SYS_CLOSE_RANGE, first, Integer.toUnsignedLong(last), flags));
    }

    @Override
    public int poll(int fd, int events, int timeoutMillis) {
        ByteBuffer pollfd = ByteBuffer.allocate(Linux.POLLFD_SIZE).order(ByteOrder.nativeOrder());
        pollfd.putInt(0, fd).putShort(4, (short) events);
        int ready = check(Libc.poll(pollfd.array(), 1, timeoutMillis));
        return ready <= 0 ? ready : Short.toUnsignedInt(pollfd.getShort(6));
    }

    @Override
    public long fileSystemType(int fd) {
        ByteBuffer statfs = ByteBuffer.allocate(STATFS_SIZE).order(ByteOrder.nativeOrder());
        int result = check(Libc.fstatfs(fd, statfs.array()));
        return result < 0 ? result : Integer.toUnsignedLong(statfs.getInt(0));
    }

    @Override
    public long getdents(int fd, byte[] buffer) {
        return check(Libc.syscall(Linux.sysGetdents64(), fd, buffer, buffer.length));
    }

    @Override
    public int linkat(int oldDirFd, byte[] oldPath, int newDirFd, byte[] newPath, int flags) {
        return check(Libc.linkat(oldDirFd, cString(oldPath), newDirFd, cString(newPath), flags));
    }

    @Override
    public int unlinkat(int dirFd, byte[] path, int flags) {
        return check(Libc.unlinkat(dirFd, cString(path), flags));
    }

    @Override
    public int mkdirat(int dirFd, byte[] path, int mode) {
        return check(Libc.mkdirat(dirFd, cString(path), mode));
    }

    @Override
    public int renameat2(int oldDirFd, byte[] oldPath, int newDirFd, byte[] newPath, int flags) {
        return check(Libc.renameat2(oldDirFd, cString(oldPath), newDirFd, cString(newPath), flags));
    }

    @Override
    public int statx(int dirFd, byte[] path, int flags, int mask, byte[] statx) {
        if (statx.length < Linux.STATX_SIZE) {
            throw new IllegalArgumentException("too short for a struct statx: " + statx.length);
        }
        return check(Libc.statx(dirFd, cString(path), flags, mask, statx));
    }

    @Override
    public int flock(int fd, int operation) {
        return check(Libc.flock(fd, operation));
    }
}
