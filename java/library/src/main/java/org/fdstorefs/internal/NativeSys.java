// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.internal;

import static org.fdstorefs.internal.ByteStrings.cString;

import com.sun.jna.Native;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** {@link Sys} on the C library. */
final class NativeSys implements Sys {
    static final NativeSys INSTANCE = new NativeSys();

    private static final int SIG_SETMASK = 2;
    private static final long SIG_ERR = -1;

    // poll(2): struct pollfd { int fd; short events; short revents; }
    private static final int POLLFD_SIZE = 8;
    // fstatfs(2): struct statfs starts with f_type and is 120 bytes long on every supported ABI.
    private static final int STATFS_SIZE = 256;
    // sigset_t of glibc and of musl; the kernel reads the first 8 bytes.
    private static final int SIGSET_SIZE = 128;

    private NativeSys() {}

    // JNA keeps errno per thread as it was when the native function returned.
    private static int check(int result) {
        return result < 0 ? -Native.getLastError() : result;
    }

    private static long check(long result) {
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
        return (int) check(Libc.syscall(
                Linux.SYS_CLOSE_RANGE, first, Integer.toUnsignedLong(last), flags));
    }

    @Override
    public int poll(int fd, int events, int timeoutMillis) {
        ByteBuffer pollfd = ByteBuffer.allocate(POLLFD_SIZE).order(ByteOrder.nativeOrder());
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
    public int mount(byte[] source, byte[] target, byte[] type, long flags, byte[] data) {
        return check(Libc.mount(
                cString(source),
                cString(target),
                cString(type),
                flags,
                data == null ? null : cString(data)));
    }

    @Override
    public int umount(byte[] target, int flags) {
        return check(Libc.umount2(cString(target), flags));
    }

    @Override
    public int signal(int number, long disposition) {
        return Libc.signal(number, disposition) == SIG_ERR ? -Native.getLastError() : 0;
    }

    @Override
    public int setSignalMask(long signals) {
        ByteBuffer set = ByteBuffer.allocate(SIGSET_SIZE).order(ByteOrder.nativeOrder());
        set.putLong(0, signals);
        // pthread_sigmask(3) returns the error number and leaves errno alone.
        return -Libc.pthread_sigmask(SIG_SETMASK, set.array(), 0);
    }

    @Override
    public int execvp(long file, long argv) {
        return check(Libc.execvp(file, argv));
    }
}
