// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.internal;

import java.nio.ByteBuffer;

/** {@link Sys} by {@link SystemCall}. */
final class NativeSys implements Sys {
    static final NativeSys INSTANCE = new NativeSys();

    // fstatfs(2): struct statfs starts with f_type and is 120 bytes long on every supported machine.
    private static final int STATFS_SIZE = 256;

    // The size of the kernel's sigset_t, which ppoll(2) wants even if there is none.
    private static final int SIGSET_SIZE = 8;
    // struct timespec { long seconds; long nanoseconds; }
    private static final int TIMESPEC_SIZE = 16;
    private static final int MILLIS_PER_SECOND = 1000;
    private static final long NANOS_PER_MILLI = 1_000_000;

    private NativeSys() {}

    static long address(ByteBuffer direct) {
        return Seam.CHOSEN.address(direct);
    }

    static ByteBuffer memory(long address, long length) {
        return Seam.CHOSEN.memory(address, length);
    }

    @Override
    public int openat(int dirFd, byte[] path, int flags, int mode) {
        try (SystemCall call = SystemCall.prepare()) {
            return (int) call.invoke(SyscallNumber.OPENAT, dirFd, call.string(path), flags, mode, 0, 0);
        }
    }

    @Override
    public int close(int fd) {
        return (int) SystemCall.make(SyscallNumber.CLOSE, fd);
    }

    @Override
    public long read(int fd, long address, long count) {
        return SystemCall.make(SyscallNumber.READ, fd, address, count);
    }

    @Override
    public long read(int fd, byte[] buffer, long count) {
        int size = (int) Math.min(count, buffer.length);
        try (SystemCall call = SystemCall.prepare()) {
            long address = call.room(size);
            long result = call.invoke(SyscallNumber.READ, fd, address, size);
            call.copy(address, buffer, (int) Math.max(result, 0));
            return result;
        }
    }

    @Override
    public long write(int fd, long address, long count) {
        return SystemCall.make(SyscallNumber.WRITE, fd, address, count);
    }

    @Override
    public long write(int fd, byte[] buffer, long count) {
        try (SystemCall call = SystemCall.prepare()) {
            return call.invoke(SyscallNumber.WRITE, fd, call.bytes(buffer), Math.min(count, buffer.length));
        }
    }

    @Override
    public int ioctl(int fd, long request, long argument) {
        return (int) SystemCall.make(SyscallNumber.IOCTL, fd, request, argument);
    }

    @Override
    public int ioctl(int fd, long request, byte[] argument) {
        try (SystemCall call = SystemCall.prepare()) {
            long address = call.bytes(argument);
            int result = (int) call.invoke(SyscallNumber.IOCTL, fd, request, address);
            call.copy(address, argument, argument.length);
            return result;
        }
    }

    @Override
    public int fcntl(int fd, int command, long argument) {
        return (int) SystemCall.make(SyscallNumber.FCNTL, fd, command, argument);
    }

    @Override
    public int dup3(int oldFd, int newFd, int flags) {
        return (int) SystemCall.make(SyscallNumber.DUP3, oldFd, newFd, flags);
    }

    @Override
    public int closeRange(int first, int last, int flags) {
        return (int) SystemCall.make(SyscallNumber.CLOSE_RANGE, first, Integer.toUnsignedLong(last), flags);
    }

    @Override
    public int poll(int fd, int events, int timeoutMillis) {
        try (SystemCall call = SystemCall.prepare()) {
            long pollfd = call.room(Linux.POLLFD_SIZE);
            call.putInt(pollfd, fd);
            call.putInt(pollfd + Integer.BYTES, events); // little-endian: revents is the upper half, and 0
            int ready =
                    (int) call.invoke(SyscallNumber.PPOLL, pollfd, 1, timespec(call, timeoutMillis), 0, SIGSET_SIZE, 0);
            return ready <= 0 ? ready : call.getInt(pollfd + Integer.BYTES) >>> Short.SIZE;
        }
    }

    private static long timespec(SystemCall call, int timeoutMillis) {
        if (timeoutMillis < 0) {
            return 0;
        }
        long timespec = call.room(TIMESPEC_SIZE);
        call.putLong(timespec, timeoutMillis / MILLIS_PER_SECOND);
        call.putLong(timespec + Long.BYTES, timeoutMillis % MILLIS_PER_SECOND * NANOS_PER_MILLI);
        return timespec;
    }

    @Override
    public long fileSystemType(int fd) {
        try (SystemCall call = SystemCall.prepare()) {
            long statfs = call.room(STATFS_SIZE);
            long result = call.invoke(SyscallNumber.FSTATFS, fd, statfs, 0);
            return result < 0 ? result : Integer.toUnsignedLong(call.getInt(statfs));
        }
    }

    @Override
    public long getdents(int fd, byte[] buffer) {
        try (SystemCall call = SystemCall.prepare()) {
            long address = call.room(buffer.length);
            long result = call.invoke(SyscallNumber.GETDENTS64, fd, address, buffer.length);
            call.copy(address, buffer, (int) Math.max(result, 0));
            return result;
        }
    }

    @Override
    public int linkat(int oldDirFd, byte[] oldPath, int newDirFd, byte[] newPath, int flags) {
        try (SystemCall call = SystemCall.prepare()) {
            long from = call.string(oldPath);
            return (int) call.invoke(SyscallNumber.LINKAT, oldDirFd, from, newDirFd, call.string(newPath), flags, 0);
        }
    }

    @Override
    public int unlinkat(int dirFd, byte[] path, int flags) {
        try (SystemCall call = SystemCall.prepare()) {
            return (int) call.invoke(SyscallNumber.UNLINKAT, dirFd, call.string(path), flags);
        }
    }

    @Override
    public int mkdirat(int dirFd, byte[] path, int mode) {
        try (SystemCall call = SystemCall.prepare()) {
            return (int) call.invoke(SyscallNumber.MKDIRAT, dirFd, call.string(path), mode);
        }
    }

    @Override
    public int renameat2(int oldDirFd, byte[] oldPath, int newDirFd, byte[] newPath, int flags) {
        try (SystemCall call = SystemCall.prepare()) {
            long from = call.string(oldPath);
            return (int) call.invoke(SyscallNumber.RENAMEAT2, oldDirFd, from, newDirFd, call.string(newPath), flags, 0);
        }
    }

    @Override
    public int statx(int dirFd, byte[] path, int flags, int mask, byte[] statx) {
        if (statx.length < Linux.STATX_SIZE) {
            throw new IllegalArgumentException("too short for a struct statx: " + statx.length);
        }
        try (SystemCall call = SystemCall.prepare()) {
            long address = call.room(Linux.STATX_SIZE);
            int result = (int) call.invoke(SyscallNumber.STATX, dirFd, call.string(path), flags, mask, address, 0);
            if (result == 0) {
                call.copy(address, statx, Linux.STATX_SIZE);
            }
            return result;
        }
    }

    @Override
    public int flock(int fd, int operation) {
        return (int) SystemCall.make(SyscallNumber.FLOCK, fd, operation, 0);
    }
}
