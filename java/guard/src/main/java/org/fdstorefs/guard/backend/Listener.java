// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.guard.backend;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import org.fdstorefs.Errno;
import org.fdstorefs.Fd;
import org.fdstorefs.internal.Linux;
import org.fdstorefs.internal.Sys;
import org.fdstorefs.internal.SysErrors;
import org.fdstorefs.internal.SyscallNumber;
import org.fdstorefs.internal.SystemCall;

/** The descriptor of a {@link Filter} by which system calls are answered. */
final class Listener implements AutoCloseable {
    // linux/seccomp.h: _IOWR and _IOW of asm-generic/ioctl.h, with the sizes of the structs.
    private static final int RESPONSE_SIZE = 24;
    private static final int ADDFD_SIZE = 24;
    private static final long READ_WRITE = 3L << 30;
    private static final long WRITE = 1L << 30;
    private static final long MAGIC = '!' << 8;
    private static final long NOTIF_RECV = READ_WRITE | (long) Notification.SIZE << 16 | MAGIC;
    private static final long NOTIF_SEND = READ_WRITE | (long) RESPONSE_SIZE << 16 | MAGIC | 1;
    private static final long NOTIF_ID_VALID = WRITE | (long) Long.BYTES << 16 | MAGIC | 2;
    private static final long NOTIF_ADDFD = WRITE | (long) ADDFD_SIZE << 16 | MAGIC | 3;

    private static final int EVENTS = 4; // of struct pollfd
    private static final int ADDFD_FLAG_SETFD = 1;
    private static final int FLAG_CONTINUE = 1;
    private static final String WHAT = "listener of a backend";

    private static final int GONE = -Errno.ENOENT.number();
    private static final int INTERRUPTED = -Errno.EINTR.number();

    private final Fd fd;

    Listener(Fd fd) {
        this.fd = requireNonNull(fd, "fd is null");
    }

    /**
     * Waits for a call.
     *
     * @param wake a descriptor that ends the wait when it is readable
     * @return empty after that, and when no thread is filtered any more
     */
    Optional<Notification> next(Fd wake) throws IOException {
        while (true) {
            int events = wait(wake);
            if ((events & Linux.POLLIN) == 0) {
                return Optional.empty();
            }
            byte[] struct = new byte[Notification.SIZE]; // of zeros, as the kernel wants it
            int result = ioctl(NOTIF_RECV, struct);
            if (result >= 0) {
                return Optional.of(Notification.of(struct));
            } else if (result != GONE && result != INTERRUPTED) {
                throw SysErrors.exception(result, "ioctl SECCOMP_IOCTL_NOTIF_RECV", WHAT);
            }
        }
    }

    /** The events of the listener; 0 when it is time to end. */
    private int wait(Fd wake) throws IOException {
        return fd.use(listener -> wake.use(other -> {
            try (SystemCall call = SystemCall.prepare()) {
                long pollfds = call.room(2 * Linux.POLLFD_SIZE);
                call.putInt(pollfds, listener);
                call.putInt(pollfds + EVENTS, Linux.POLLIN); // little-endian: revents is the upper half, and 0
                call.putInt(pollfds + Linux.POLLFD_SIZE, other);
                call.putInt(pollfds + Linux.POLLFD_SIZE + EVENTS, Linux.POLLIN);
                long ready;
                do {
                    ready = call.invoke(SyscallNumber.PPOLL, pollfds, 2, 0, 0, 0, 0);
                } while (ready == INTERRUPTED);
                if (ready < 0) {
                    throw SysErrors.exception(ready, "ppoll", WHAT);
                }
                boolean woken = call.getInt(pollfds + Linux.POLLFD_SIZE + EVENTS) >>> Short.SIZE != 0;
                return woken ? 0 : call.getInt(pollfds + EVENTS) >>> Short.SIZE;
            }
        }));
    }

    /** Whether a call still waits, so that what was read of its thread was that thread's. */
    boolean waits(Notification call) throws IOException {
        byte[] id = struct(Long.BYTES).putLong(call.id()).array();
        return happened(ioctl(NOTIF_ID_VALID, id), "ioctl SECCOMP_IOCTL_NOTIF_ID_VALID");
    }

    /**
     * Gives the caller a file of this process, in place of what its descriptor was for.
     *
     * @param closeOnExec whether programs that it becomes do not get it
     * @return false if the call waits no more
     */
    boolean replace(Notification call, int number, Fd file, boolean closeOnExec) throws IOException {
        int result = file.use(source -> ioctl(
                NOTIF_ADDFD,
                struct(ADDFD_SIZE)
                        .putLong(call.id())
                        .putInt(ADDFD_FLAG_SETFD)
                        .putInt(source)
                        .putInt(number)
                        .putInt(closeOnExec ? Linux.O_CLOEXEC : 0)
                        .array()));
        return happened(result, "ioctl SECCOMP_IOCTL_NOTIF_ADDFD");
    }

    /**
     * Has the call return without doing anything.
     *
     * @param errno 0, or why it fails
     * @return false if the call waits no more
     */
    boolean answer(Notification call, int errno) throws IOException {
        return send(call, -errno, 0);
    }

    /** Has the kernel do what was asked for. */
    boolean leave(Notification call) throws IOException {
        return send(call, 0, FLAG_CONTINUE);
    }

    private boolean send(Notification call, int error, int flags) throws IOException {
        byte[] response = struct(RESPONSE_SIZE)
                .putLong(call.id())
                .putLong(0)
                .putInt(error)
                .putInt(flags)
                .array();
        return happened(ioctl(NOTIF_SEND, response), "ioctl SECCOMP_IOCTL_NOTIF_SEND");
    }

    private static ByteBuffer struct(int size) {
        return ByteBuffer.allocate(size).order(ByteOrder.nativeOrder());
    }

    private int ioctl(long request, byte[] struct) throws IOException {
        return fd.use(number -> Sys.system().ioctl(number, request, struct));
    }

    private static boolean happened(int result, String call) throws IOException {
        if (result < 0 && result != GONE) {
            throw SysErrors.exception(result, call, WHAT);
        }
        return result >= 0;
    }

    /** Calls that wait, and later ones, fail with ENOSYS. */
    @Override
    public void close() throws IOException {
        fd.close();
    }
}
