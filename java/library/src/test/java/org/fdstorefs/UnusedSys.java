// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs;

import org.fdstorefs.internal.Sys;

/** A kernel in which every call is a mistake; a fake overrides the ones it expects. */
class UnusedSys implements Sys {
    private static AssertionError unexpected() {
        return new AssertionError("unexpected system call");
    }

    @Override
    public int openat(int dirFd, byte[] path, int flags, int mode) {
        throw unexpected();
    }

    @Override
    public int close(int fd) {
        throw unexpected();
    }

    @Override
    public long read(int fd, long address, long count) {
        throw unexpected();
    }

    @Override
    public long read(int fd, byte[] buffer, long count) {
        throw unexpected();
    }

    @Override
    public long write(int fd, long address, long count) {
        throw unexpected();
    }

    @Override
    public long write(int fd, byte[] buffer, long count) {
        throw unexpected();
    }

    @Override
    public int ioctl(int fd, long request, long argument) {
        throw unexpected();
    }

    @Override
    public int ioctl(int fd, long request, byte[] argument) {
        throw unexpected();
    }

    @Override
    public int fcntl(int fd, int command, long argument) {
        throw unexpected();
    }

    @Override
    public int dup3(int oldFd, int newFd, int flags) {
        throw unexpected();
    }

    @Override
    public int closeRange(int first, int last, int flags) {
        throw unexpected();
    }

    @Override
    public int poll(int fd, int events, int timeoutMillis) {
        throw unexpected();
    }

    @Override
    public long fileSystemType(int fd) {
        throw unexpected();
    }

    @Override
    public long getdents(int fd, byte[] buffer) {
        throw unexpected();
    }

    @Override
    public int linkat(int oldDirFd, byte[] oldPath, int newDirFd, byte[] newPath, int flags) {
        throw unexpected();
    }

    @Override
    public int unlinkat(int dirFd, byte[] path, int flags) {
        throw unexpected();
    }

    @Override
    public int mkdirat(int dirFd, byte[] path, int mode) {
        throw unexpected();
    }

    @Override
    public int renameat2(int oldDirFd, byte[] oldPath, int newDirFd, byte[] newPath, int flags) {
        throw unexpected();
    }

    @Override
    public int statx(int dirFd, byte[] path, int flags, int mask, byte[] statx) {
        throw unexpected();
    }

    @Override
    public int flock(int fd, int operation) {
        throw unexpected();
    }
}
