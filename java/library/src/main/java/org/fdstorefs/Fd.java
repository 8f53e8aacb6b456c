// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.ref.Cleaner;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.fdstorefs.internal.ByteStrings;
import org.fdstorefs.internal.Linux;
import org.fdstorefs.internal.Sys;
import org.fdstorefs.internal.SysErrors;

/**
 * A file descriptor that is owned: whoever has the Fd closes it.
 *
 * <p>Descriptors made here are close-on-exec. Methods of an Fd are thread-safe, close() included: a
 * call that another thread has begun goes on with the same open file, and the number is given back
 * to the kernel when the last such call ends. close() does not interrupt calls that wait.
 *
 * <p>An Fd that becomes unreachable without having been closed is closed by a cleaner, with a
 * warning in the log. Code that works with {@link #intValue} must therefore keep the Fd reachable,
 * or better do its work within {@link #use}.
 */
public final class Fd implements AutoCloseable {
    private static final Cleaner CLEANER = Cleaner.create();
    private static final int CREATE_MODE = 0666;

    private final Sys sys;
    private final FdHandle handle;
    private final Cleaner.Cleanable cleanable;

    private Fd(Sys sys, int number) {
        this.sys = sys;
        this.handle = new FdHandle(sys, number);
        this.cleanable = CLEANER.register(this, handle);
    }

    /**
     * Opens a file: open(2) with these flags, O_CLOEXEC and O_NOCTTY.
     *
     * @throws java.nio.file.NoSuchFileException if there is no such file
     * @throws java.nio.file.AccessDeniedException if the caller may not open it so
     * @throws IOException if it cannot be opened
     */
    public static Fd open(Path path, OpenFlag... flags) throws IOException {
        requireNonNull(path, "path is null");
        int bits = OpenFlag.bits(flags) | Linux.O_CLOEXEC | Linux.O_NOCTTY;
        Sys sys = Sys.system();
        int fd = sys.openat(Linux.AT_FDCWD, ByteStrings.ofPath(path), bits, CREATE_MODE);
        if (fd < 0) {
            throw SysErrors.exception(fd, "openat", path.toString());
        }
        return new Fd(sys, fd);
    }

    /**
     * Takes over a descriptor that something else has opened. It belongs to the new Fd alone from
     * here on; that it is open, and nobody else closes it, is for the caller to see to.
     *
     * @throws IllegalArgumentException if the number is negative
     */
    public static Fd adopt(int fd) {
        return adopt(Sys.system(), fd);
    }

    static Fd adopt(Sys sys, int fd) {
        if (fd < 0) {
            throw new IllegalArgumentException("no descriptor number: " + fd);
        }
        return new Fd(sys, fd);
    }

    /**
     * A new descriptor for the open file of another one, which stays with its owner.
     *
     * @throws FdStoreException with EBADF if that is not open, EMFILE if there is no free number
     */
    public static Fd duplicate(int fd) throws IOException {
        return duplicate(Sys.system(), fd);
    }

    private static Fd duplicate(Sys sys, int fd) throws IOException {
        int copy = sys.fcntl(fd, Linux.F_DUPFD_CLOEXEC, 0);
        if (copy == -Errno.EBADF.number()) {
            throw SysErrors.exception(copy, "fcntl F_DUPFD_CLOEXEC", "fd " + fd, "not an open descriptor");
        } else if (copy < 0) {
            throw SysErrors.exception(copy, "fcntl F_DUPFD_CLOEXEC", "fd " + fd);
        }
        return new Fd(sys, copy);
    }

    /**
     * The number, good as long as this Fd is open and reachable.
     *
     * @throws IllegalStateException if it is closed
     */
    public int intValue() {
        if (!isOpen()) {
            throw new IllegalStateException(toString());
        }
        return handle.number();
    }

    /** Whether neither {@link #close} nor {@link #detach} was called. */
    public boolean isOpen() {
        return handle.isOpen();
    }

    /**
     * Does something with the number, which stays valid until that returns even if another thread
     * closes this Fd meanwhile. A reference is counted on entry and exit only, so a whole loop of
     * system calls may run in one use.
     *
     * @throws ClosedFdException if it is closed
     */
    public <T> T use(FdFunction<T> function) throws IOException {
        int number = acquire();
        try {
            return function.apply(number);
        } finally {
            release();
        }
    }

    /** Begins a use, which {@link #release} must end. */
    int acquire() throws ClosedFdException {
        if (!handle.acquire()) {
            throw new ClosedFdException("fd " + handle.number());
        }
        return handle.number();
    }

    void release() {
        handle.release();
    }

    /**
     * Another descriptor for the same open file, to be closed on its own.
     *
     * @throws ClosedFdException if this is closed
     * @throws FdStoreException with EMFILE if there is no free number
     */
    public Fd dup() throws IOException {
        return use(number -> duplicate(sys, number));
    }

    /**
     * Gives the descriptor away: it stays open and is the caller's to close; this Fd is closed.
     *
     * @return the number
     * @throws IllegalStateException if it is closed, or in use by another thread
     */
    public int detach() {
        if (!handle.detach()) {
            throw new IllegalStateException(isOpen() ? this + " is in use" : toString());
        }
        cleanable.clean();
        return handle.number();
    }

    /**
     * Reads into the remaining space of a direct buffer: read(2), repeated while it gives EINTR.
     *
     * @return how many bytes; -1 at the end of file; 0 if there is no space, or if the file is
     *     non-blocking and has nothing now
     * @throws IllegalArgumentException if the buffer is not direct
     * @throws ClosedFdException if this is closed
     * @throws FdStoreException with the errno
     */
    public int read(ByteBuffer buffer) throws IOException {
        int number = acquire();
        try {
            return Transfer.read(sys, number, buffer);
        } finally {
            release();
        }
    }

    /**
     * Writes the remaining bytes of a direct buffer, or as many as the kernel takes: write(2),
     * repeated while it gives EINTR.
     *
     * @return how many bytes; 0 if the file is non-blocking and takes nothing now
     * @throws IllegalArgumentException if the buffer is not direct
     * @throws ClosedFdException if this is closed
     * @throws FdStoreException with the errno, EPIPE if nobody reads any more
     */
    public int write(ByteBuffer buffer) throws IOException {
        int number = acquire();
        try {
            return Transfer.write(sys, number, buffer);
        } finally {
            release();
        }
    }

    /** Waits until poll(2) reports these events, or an error or hang-up. */
    void await(int events) throws IOException {
        int number = acquire();
        try {
            Transfer.await(sys, number, events);
        } finally {
            release();
        }
    }

    /**
     * A stream that reads from this descriptor, never more than it is asked for, and waits also if
     * the file is non-blocking. Closing it closes this Fd. As other streams, not thread-safe.
     */
    public InputStream newInputStream() {
        return new FdInputStream(this);
    }

    /**
     * A stream that writes to this descriptor without buffering, and waits also if the file is
     * non-blocking. Closing it closes this Fd. As other streams, not thread-safe.
     */
    public OutputStream newOutputStream() {
        return new FdOutputStream(this);
    }

    /**
     * Closes the descriptor; later calls do nothing. If calls are under way it is closed when the
     * last of them ends, and a failure of that goes to the log.
     *
     * @throws FdStoreException if close(2) fails, as it does for some files whose last data could
     *     not be written; the descriptor is closed all the same
     */
    @Override
    public void close() throws IOException {
        try {
            handle.close();
        } finally {
            cleanable.clean();
        }
    }

    @Override
    public String toString() {
        return "fd " + handle.number() + (isOpen() ? "" : " (closed)");
    }
}
