// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.internal;

import java.nio.ByteBuffer;

/**
 * The system calls on descriptors and names that this project makes, behind an interface so that
 * tests can stand in for the kernel. Those for mounts are in {@link MountSys}, those for processes
 * in {@link ProcessSys}: JNA spends time on each function that it maps, so each of the three maps
 * its own when it is first used.
 *
 * <p>Methods return what the call returns, or the negated errno. Paths and strings are bytes
 * without the terminating NUL, which {@link ByteStrings#cString} adds. Flags and other numbers are those
 * of {@link Linux}. Implementations are thread-safe and keep no state.
 */
public interface Sys {

    /** The system calls of this machine. */
    static Sys system() {
        return NativeSys.INSTANCE;
    }

    /** Where the memory of a direct buffer begins, whatever its position; good while the buffer is reachable. */
    static long address(ByteBuffer direct) {
        return NativeSys.address(direct);
    }

    /** The memory at an address, as a direct buffer. */
    static ByteBuffer memory(long address, long length) {
        return NativeSys.memory(address, length);
    }

    /** openat(2). */
    int openat(int dirFd, byte[] path, int flags, int mode);

    /** close(2). The number is free afterwards, whatever the result. */
    int close(int fd);

    /** read(2) into native memory. */
    long read(int fd, long address, long count);

    /** read(2) into the start of an array. */
    long read(int fd, byte[] buffer, long count);

    /** write(2) from native memory. */
    long write(int fd, long address, long count);

    /** write(2) of the start of an array. */
    long write(int fd, byte[] buffer, long count);

    /** ioctl(2) with a number, or a native address, as its argument. */
    int ioctl(int fd, long request, long argument);

    /** ioctl(2) with the address of a struct of these bytes as its argument. */
    int ioctl(int fd, long request, byte[] argument);

    /** fcntl(2). */
    int fcntl(int fd, int command, long argument);

    /** dup3(2). */
    int dup3(int oldFd, int newFd, int flags);

    /** close_range(2). */
    int closeRange(int first, int last, int flags);

    /** poll(2) of one descriptor: the returned events (0 after the time-out). */
    int poll(int fd, int events, int timeoutMillis);

    /** The f_type of fstatfs(2), never negative on success. */
    long fileSystemType(int fd);

    /** getdents64(2): how many bytes of {@code buffer} are filled, 0 at the end. */
    long getdents(int fd, byte[] buffer);

    /** linkat(2). */
    int linkat(int oldDirFd, byte[] oldPath, int newDirFd, byte[] newPath, int flags);

    /** unlinkat(2). */
    int unlinkat(int dirFd, byte[] path, int flags);

    /** mkdirat(2). */
    int mkdirat(int dirFd, byte[] path, int mode);

    /** renameat2(2). */
    int renameat2(int oldDirFd, byte[] oldPath, int newDirFd, byte[] newPath, int flags);

    /** statx(2) into an array of at least {@link Linux#STATX_SIZE} bytes. */
    int statx(int dirFd, byte[] path, int flags, int mask, byte[] statx);

    /** flock(2). */
    int flock(int fd, int operation);
}
