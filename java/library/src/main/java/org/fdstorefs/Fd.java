// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs;

import static java.util.Objects.requireNonNull;

import java.io.FileDescriptor;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.ref.Cleaner;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.Channel;
import java.nio.channels.DatagramChannel;
import java.nio.channels.FileChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.fdstorefs.internal.ByteStrings;
import org.fdstorefs.internal.Linux;
import org.fdstorefs.internal.ProcessSys;
import org.fdstorefs.internal.Sys;
import org.fdstorefs.internal.SysErrors;

/**
 * An owned file descriptor: the owner of the Fd closes it.
 *
 * <p>Descriptors made here are close-on-exec. Methods of an Fd are thread-safe, close() included: a call that
 * another thread has begun continues with the same open file, and the kernel gets the number back when the
 * last such call ends. close() does not interrupt calls that wait.
 *
 * <p>A cleaner closes an Fd that becomes unreachable without having been closed, with a warning of the {@link
 * System.Logger} {@code org.fdstorefs.Fd}. Code that works with {@link #intValue} must therefore keep the Fd
 * reachable, or better do its work within {@link #use}.
 *
 * <p>When a virtual thread calls a method that waits (read, write, the streams, the {@link #newByteChannel
 * ByteChannel}, opening a FIFO), that runs on a platform thread of its own, unless the file is
 * non-blocking, so that no carrier waits. An interrupt does not end such a wait.
 *
 * <p><b>Objects of the JDK.</b> {@link #duplicate(Channel)} and {@link #duplicate(FileDescriptor)} make an Fd
 * from one; {@link #newFileChannel}, {@link #newServerSocketChannel}, {@link #newSocketChannel}, {@link
 * #newDatagramChannel}, {@link #newByteChannel} and {@link #toFileDescriptor} make one from an Fd. Either way
 * it is a duplicate: closing one does not close the other. They share the open file, with its offset and its
 * flags, of which O_NONBLOCK is one: {@code configureBlocking} of one channel changes it for everybody who
 * has that open file, even in other processes and stores. So does accepting, reading or writing through a
 * socket channel on a virtual thread, since the JDK sets it. Let one of them use the file at a time, or make
 * all of them non-blocking.
 *
 * <p>The JDK has no API for the number within its objects; these methods bypass its modules to reach
 * it. If a JVM differs there, they throw {@link UnsupportedOperationException}; JDK 17 to 25 are
 * known to work. Streams and the ByteChannel do not need this.
 *
 * <pre>{@code
 * try (FdStore store = FdStore.open(Path.of("/run/fdstore"));
 *         ServerSocketChannel listener = ServerSocketChannel.open()) {
 *     listener.bind(new InetSocketAddress(8080));
 *     try (Fd fd = Fd.duplicate(listener)) {
 *         store.put("listener", fd);
 *     }
 * }
 * // ... and in the next process:
 * try (FdStore store = FdStore.open(Path.of("/run/fdstore"));
 *         Fd fd = store.get("listener");
 *         ServerSocketChannel listener = fd.newServerSocketChannel()) {
 *     listener.accept().close();
 * }
 * }</pre>
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

    /** An Fd that no cleaner closes. */
    private Fd(Sys sys, FdHandle handle) {
        this.sys = sys;
        this.handle = handle;
        this.cleanable = () -> {};
    }

    /**
     * Opens a file: open(2) with these flags, O_CLOEXEC and O_NOCTTY.
     *
     * @throws java.nio.file.NoSuchFileException if there is no such file
     * @throws java.nio.file.AccessDeniedException if the caller may not open it so
     * @throws IOException if it cannot be opened
     */
    public static Fd open(Path path, OpenFlag... flags) throws IOException {
        return open(Sys.system(), ByteStrings.ofPath(requireNonNull(path, "path is null")), flags);
    }

    /** As {@link #open(Path, OpenFlag...)}, also where no Path can hold the bytes. */
    static Fd open(Sys sys, byte[] bytes, OpenFlag... flags) throws IOException {
        int bits = OpenFlag.bits(flags) | Linux.O_CLOEXEC | Linux.O_NOCTTY;
        int fd = PlatformThreads.areNeeded()
                ? (int) PlatformThreads.call(() -> sys.openat(Linux.AT_FDCWD, bytes, bits, CREATE_MODE))
                : sys.openat(Linux.AT_FDCWD, bytes, bits, CREATE_MODE);
        if (fd < 0) {
            throw SysErrors.exception(fd, "openat", ByteStrings.decode(bytes));
        }
        return new Fd(sys, fd);
    }

    /**
     * Takes over a descriptor that something else has opened. It belongs to the new Fd alone from
     * here on; the caller ensures that it is open, and that nobody else closes it.
     *
     * @throws IllegalArgumentException if the number is negative
     */
    public static Fd adopt(int fd) {
        return adopt(Sys.system(), fd);
    }

    static Fd adopt(Sys sys, int fd) {
        return new Fd(sys, checkNumber(fd));
    }

    /**
     * Takes over a descriptor that stands for something which others see end when it is closed: a lock, or an
     * end of a pipe. That is for the owner to decide, or for the end of the process; the garbage collector
     * does not.
     */
    static Fd lasting(Sys sys, int fd) {
        return new Fd(sys, new FdHandle(sys, checkNumber(fd)));
    }

    private static int checkNumber(int fd) {
        if (fd < 0) {
            throw new IllegalArgumentException("no descriptor number: " + fd);
        }
        return fd;
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
     * A new descriptor for the open file of a {@code java.io} one, as {@code FileInputStream.getFD()}
     * gives it. The owner keeps the original, and another thread may close it at any time.
     *
     * @throws ClosedFdException if that is closed
     * @throws UnsupportedOperationException if this JVM does not let its number be read
     * @throws FdStoreException with EMFILE if there is no free number
     */
    public static Fd duplicate(FileDescriptor descriptor) throws IOException {
        return JdkChannels.duplicate(requireNonNull(descriptor, "descriptor is null"));
    }

    /**
     * A new descriptor for the open file of a channel: a FileChannel, SocketChannel,
     * ServerSocketChannel, DatagramChannel, an end of a {@link java.nio.channels.Pipe}, or a channel of
     * {@link #newByteChannel}. That stays with its owner, and may be closed by another thread at any time.
     *
     * @throws java.nio.channels.ClosedChannelException if that is closed
     * @throws IllegalArgumentException if it is none of these, or not the JDK's own
     * @throws UnsupportedOperationException if this JVM does not let its number be read
     * @throws FdStoreException with EMFILE if there is no free number
     */
    public static Fd duplicate(Channel channel) throws IOException {
        return JdkChannels.duplicate(requireNonNull(channel, "channel is null"));
    }

    /**
     * A new descriptor for an open file of a running process, which keeps its own, and does not
     * notice: pidfd_getfd(2), of Linux 5.6. The handle decides which process, not its pid alone, which
     * may belong to another one by now.
     *
     * @param fd its number there, as in {@code /proc/PID/fd}
     * @throws IllegalArgumentException if the number is negative
     * @throws java.nio.file.AccessDeniedException with EPERM if the caller may not ptrace(2) that
     *     process: another user's, or guarded by yama, a security module or a seccomp filter
     * @throws FdStoreException with ESRCH if that process has ended, EBADF if it has no such
     *     descriptor, ENOSYS before Linux 5.6, EMFILE if there is no free number
     */
    public static Fd fromProcess(ProcessHandle process, int fd) throws IOException {
        return fromProcess(ProcessSys.system(), process, fd);
    }

    static Fd fromProcess(ProcessSys processes, ProcessHandle process, int fd) throws IOException {
        requireNonNull(process, "process is null");
        return new OtherProcess(Sys.system(), processes, process).get(checkNumber(fd));
    }

    /**
     * A pidfd of a running process, which is readable once that has ended: an anchor for {@link
     * PutOption#anchor} and {@link MountOption#anchor}. The handle decides which process, as in {@link
     * #fromProcess}.
     *
     * @throws FdStoreException with ESRCH if that process has ended, ENOSYS before Linux 5.3, EMFILE if
     *     there is no free number
     */
    public static Fd pidfd(ProcessHandle process) throws IOException {
        requireNonNull(process, "process is null");
        return new OtherProcess(Sys.system(), ProcessSys.system(), process).open();
    }

    /**
     * A timerfd, which is readable once this time has passed: an anchor, as {@link PutOption#expire} makes one for
     * a single put. Time in which the machine sleeps counts.
     *
     * @throws IllegalArgumentException if the time is zero or negative
     * @throws FdStoreException with EMFILE if there is no free number
     */
    public static Fd timerfd(Duration time) throws IOException {
        return UnnamedFiles.system().timerfd(requireNonNull(time, "time is null"));
    }

    /**
     * A timerfd, which is readable once the clock of this machine shows that time or a later one, even
     * because somebody has set the clock; at once if the time is past.
     *
     * @throws FdStoreException with EMFILE if there is no free number
     */
    public static Fd timerfd(Instant time) throws IOException {
        return UnnamedFiles.system().timerfd(requireNonNull(time, "time is null"));
    }

    /**
     * An eventfd(2) that counts nothing yet: as an anchor, it revokes what was put with it once somebody
     * writes eight bytes, not all zero, to it: {@code fd.newOutputStream().write(new byte[] {1, 0, 0, 0, 0,
     * 0, 0, 0})}.
     *
     * @throws FdStoreException with EMFILE if there is no free number
     */
    public static Fd eventfd() throws IOException {
        return UnnamedFiles.system().eventfd();
    }

    /**
     * A new pipe(2). Its reader, as an anchor, is tied to the life of the processes that have
     * the writer: it fires when the last of them is gone.
     *
     * @return both ends, to be closed by the caller; the garbage collector does not
     * @throws FdStoreException with EMFILE if there are no free numbers
     */
    public static FdPipe pipe() throws IOException {
        return UnnamedFiles.system().pipe();
    }

    /**
     * An empty file in memory, memfd_create(2), to read and write: for state that outlives the process in a store.
     *
     * @param name for people who look into /proc; need not be unique
     * @throws IllegalArgumentException if the name has a NUL
     * @throws FdStoreException with EMFILE if there is no free number, EINVAL if the name has more than 249 bytes
     */
    public static Fd memfd(String name) throws IOException {
        return UnnamedFiles.system().memfd(requireNonNull(name, "name is null"));
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
     * Whether programs that this process becomes or starts do not get the descriptor: FD_CLOEXEC.
     *
     * @throws ClosedFdException if this is closed
     */
    public boolean isCloseOnExec() throws IOException {
        return (descriptorFlags() & Linux.FD_CLOEXEC) != 0;
    }

    /**
     * Keeps the descriptor from programs that this process becomes or starts, or hands it to them.
     * ProcessBuilder closes all but 0, 1 and 2 in any case.
     *
     * @throws ClosedFdException if this is closed
     */
    public void setCloseOnExec(boolean closeOnExec) throws IOException {
        // FD_CLOEXEC is the only flag that there is: F_SETFD has no other to keep.
        int flags = closeOnExec ? Linux.FD_CLOEXEC : 0;
        int result = use(number -> sys.fcntl(number, Linux.F_SETFD, flags));
        if (result < 0) {
            throw SysErrors.exception(result, "fcntl F_SETFD", toString());
        }
    }

    private int descriptorFlags() throws IOException {
        int flags = use(number -> sys.fcntl(number, Linux.F_GETFD, 0));
        if (flags < 0) {
            throw SysErrors.exception(flags, "fcntl F_GETFD", toString());
        }
        return flags;
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
     * Gives the descriptor to the caller, who must close it; this Fd is closed.
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
     * @throws FdStoreException with the errno, EPIPE if there is no reader any more
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
     * A stream that reads from this descriptor, never more than requested, and waits even if the file is
     * non-blocking. Closing it closes this Fd. Like other streams, not thread-safe.
     */
    public InputStream newInputStream() {
        return new FdInputStream(this);
    }

    /**
     * A stream that writes to this descriptor without buffering, and waits even if the file is
     * non-blocking. Closing it closes this Fd. Like other streams, not thread-safe.
     */
    public OutputStream newOutputStream() {
        return new FdOutputStream(this);
    }

    /**
     * A channel for a descriptor of any kind, which waits for its first byte and writes all that it is given,
     * even if the file is non-blocking. It has a duplicate of this descriptor, and closes it.
     *
     * <p>Thread-safe: one thread reads and one writes at a time. Closing does not interrupt them.
     *
     * @throws ClosedFdException if this is closed
     * @throws FdStoreException with EMFILE if there is no free number
     */
    public ByteChannel newByteChannel() throws IOException {
        return new FdByteChannel(dup());
    }

    /**
     * A channel of the JDK for the file, for reading or writing or both as the file is open. It has a
     * duplicate of this descriptor, closed with it. The file should be a regular one: with others, positions,
     * sizes, locks and maps fail as they do in the kernel.
     *
     * <p>A lock of {@code FileChannel.lock} belongs to the process: closing any descriptor of that file
     * in this process, this Fd too, releases it (fcntl(2)).
     *
     * @throws ClosedFdException if this is closed
     * @throws java.nio.file.FileSystemException if it can neither be read nor written, as with O_PATH
     * @throws UnsupportedOperationException if this JVM does not let a number be read
     * @throws java.io.FileNotFoundException if {@code /dev/null} cannot be opened
     * @throws FdStoreException with the errno
     */
    public FileChannel newFileChannel() throws IOException {
        return use(number -> JdkChannels.fileChannel(sys, number));
    }

    /**
     * A channel of the JDK for a socket that listens, of family inet, inet6 or unix. It has a
     * duplicate of this descriptor, closed with it, and is blocking if the file is now; see above for
     * what that means to others who have the file.
     *
     * @throws ClosedFdException if this is closed
     * @throws FdStoreException with ENOTSOCK if it is no socket, EMFILE if there is no free number
     * @throws java.nio.file.FileSystemException if it is another kind of socket, or does not listen
     * @throws UnsupportedOperationException if this JVM does not let one be made
     */
    public ServerSocketChannel newServerSocketChannel() throws IOException {
        return JdkChannels.serverSocketChannel(this);
    }

    /**
     * A channel of the JDK for a connected stream socket of family inet, inet6 or unix. It has a
     * duplicate of this descriptor, closed with it, and is blocking if the file is now; see above for
     * what that means to others who have the file.
     *
     * <p>If it is registered with a Selector when it is closed, the JDK shuts the connection down for
     * writing, for all who have it. To prevent that, first cancel its key and call {@code selectNow()}.
     *
     * @throws ClosedFdException if this is closed
     * @throws FdStoreException with ENOTSOCK if it is no socket, ENOTCONN if it is not connected,
     *     EMFILE if there is no free number
     * @throws java.nio.file.FileSystemException if it is another kind of socket
     * @throws UnsupportedOperationException if this JVM does not let one be made
     */
    public SocketChannel newSocketChannel() throws IOException {
        return JdkChannels.socketChannel(this);
    }

    /**
     * A channel of the JDK for a datagram socket of family inet or inet6, bound and connected as that is. It
     * has a duplicate of this descriptor, closed with it, and is blocking if the file is now; see above for
     * what that means to others who have the file. Datagrams that wait in the socket stay there. The socket
     * stays a member of its multicast groups, but the channel has no {@code MembershipKey} for them.
     *
     * @throws ClosedFdException if this is closed
     * @throws FdStoreException with ENOTSOCK if it is no socket, EMFILE if there is no free number
     * @throws java.nio.file.FileSystemException if it is another kind of socket
     * @throws UnsupportedOperationException if this JVM does not let one be made
     */
    public DatagramChannel newDatagramChannel() throws IOException {
        return JdkChannels.datagramChannel(this);
    }

    /**
     * A {@code java.io} descriptor, for {@code new FileInputStream(...)} and the like. It has a duplicate
     * of this one, and no close() of its own: only closing a stream that was made from it
     * closes it; not even the garbage collector does.
     *
     * @throws ClosedFdException if this is closed
     * @throws UnsupportedOperationException if this JVM does not let one be made
     * @throws FdStoreException with EMFILE if there is no free number
     */
    public FileDescriptor toFileDescriptor() throws IOException {
        return JdkChannels.fileDescriptor(this);
    }

    /**
     * Closes the descriptor; later calls do nothing. If calls are under way it is closed when the
     * last of them ends, and a failure of that is logged.
     *
     * @throws FdStoreException if close(2) fails, as it does for some files whose last data could
     *     not be written; the descriptor is closed nevertheless
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
