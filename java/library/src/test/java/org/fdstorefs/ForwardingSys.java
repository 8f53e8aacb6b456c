// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs;

import org.fdstorefs.internal.Sys;

/** The kernel of this machine, or another one; a test overrides what it wants to be different. */
class ForwardingSys implements Sys {
    private final Sys real;

    ForwardingSys() {
        this(Sys.system());
    }

    ForwardingSys(Sys real) {
        this.real = real;
    }

    @Override
    public int openat(int dirFd, byte[] path, int flags, int mode) {
        return real.openat(dirFd, path, flags, mode);
    }

    @Override
    public int close(int fd) {
        return real.close(fd);
    }

    @Override
    public long read(int fd, long address, long count) {
        return real.read(fd, address, count);
    }

    @Override
    public long read(int fd, byte[] buffer, long count) {
        return real.read(fd, buffer, count);
    }

    @Override
    public long write(int fd, long address, long count) {
        return real.write(fd, address, count);
    }

    @Override
    public long write(int fd, byte[] buffer, long count) {
        return real.write(fd, buffer, count);
    }

    @Override
    public int ioctl(int fd, long request, long argument) {
        return real.ioctl(fd, request, argument);
    }

    @Override
    public int ioctl(int fd, long request, byte[] argument) {
        return real.ioctl(fd, request, argument);
    }

    @Override
    public int fcntl(int fd, int command, long argument) {
        return real.fcntl(fd, command, argument);
    }

    @Override
    public int dup3(int oldFd, int newFd, int flags) {
        return real.dup3(oldFd, newFd, flags);
    }

    @Override
    public int closeRange(int first, int last, int flags) {
        return real.closeRange(first, last, flags);
    }

    @Override
    public int poll(int fd, int events, int timeoutMillis) {
        return real.poll(fd, events, timeoutMillis);
    }

    @Override
    public long fileSystemType(int fd) {
        return real.fileSystemType(fd);
    }

    @Override
    public long getdents(int fd, byte[] buffer) {
        return real.getdents(fd, buffer);
    }

    @Override
    public int linkat(int oldDirFd, byte[] oldPath, int newDirFd, byte[] newPath, int flags) {
        return real.linkat(oldDirFd, oldPath, newDirFd, newPath, flags);
    }

    @Override
    public int unlinkat(int dirFd, byte[] path, int flags) {
        return real.unlinkat(dirFd, path, flags);
    }

    @Override
    public int mkdirat(int dirFd, byte[] path, int mode) {
        return real.mkdirat(dirFd, path, mode);
    }

    @Override
    public int renameat2(int oldDirFd, byte[] oldPath, int newDirFd, byte[] newPath, int flags) {
        return real.renameat2(oldDirFd, oldPath, newDirFd, newPath, flags);
    }

    @Override
    public int statx(int dirFd, byte[] path, int flags, int mask, byte[] statx) {
        return real.statx(dirFd, path, flags, mask, statx);
    }

    @Override
    public int flock(int fd, int operation) {
        return real.flock(fd, operation);
    }
}
