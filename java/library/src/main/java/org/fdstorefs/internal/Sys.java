// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.internal;

/**
 * Every system call that this project makes, behind one interface so that tests can stand in for
 * the kernel.
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

    /** mount(2); {@code data} may be null. */
    int mount(byte[] source, byte[] target, byte[] type, long flags, byte[] data);

    /** umount2(2). */
    int umount(byte[] target, int flags);

    /** signal(2); the disposition is {@link Linux#SIG_IGN}. */
    int signal(int number, long disposition);

    /** pthread_sigmask(3): the calling thread's mask becomes these signals, bit 0 being signal 1. */
    int setSignalMask(long signals);

    /**
     * execvp(3) with the environment of the process. Arguments are native addresses, of {@link
     * CStrings}, so that nothing need be done between the last preparation and the call.
     *
     * @return only after a failure
     */
    int execvp(long file, long argv);
}
