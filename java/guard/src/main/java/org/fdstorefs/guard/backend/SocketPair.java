// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.guard.backend;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import org.fdstorefs.Fd;
import org.fdstorefs.internal.Linux;
import org.fdstorefs.internal.SocketSys;
import org.fdstorefs.internal.SysErrors;
import org.fdstorefs.internal.SyscallNumber;
import org.fdstorefs.internal.SystemCall;

/**
 * What takes the place of {@code /dev/fuse}: a socket that keeps the bounds of messages, since one read(2) of
 * a server is one request, and one write(2) is one reply.
 *
 * @param guard the end that requests are written to
 * @param backend the end that the server gets
 */
public record SocketPair(Fd guard, Fd backend) implements AutoCloseable {
    private static final String WHAT = "socket of a backend";
    private static final int SOCK_SEQPACKET = 5;
    private static final int SO_SNDBUF = 7;
    private static final int SO_SNDBUFFORCE = 32; // above net.core.wmem_max, for CAP_NET_ADMIN
    private static final int WANTED = 4 << 20; // of which the kernel makes twice as much
    private static final int OVERHEAD = 32; // net/unix/af_unix.c

    public SocketPair {
        requireNonNull(guard, "guard is null");
        requireNonNull(backend, "backend is null");
    }

    /** Makes a new one, whose messages may be as long as this process may have them. */
    public static SocketPair create() throws IOException {
        SocketPair pair = connected();
        try {
            enlarge(pair.guard);
            enlarge(pair.backend);
            return pair;
        } catch (Throwable e) {
            pair.closeAfter(e);
            throw e;
        }
    }

    private static SocketPair connected() throws IOException {
        try (SystemCall call = SystemCall.prepare()) {
            long fds = call.room(2 * Integer.BYTES);
            int type = SOCK_SEQPACKET | Linux.O_CLOEXEC;
            check(call.invoke(SyscallNumber.SOCKETPAIR, Linux.AF_UNIX, type, 0, fds, 0, 0), "socketpair");
            return new SocketPair(Fd.adopt(call.getInt(fds)), Fd.adopt(call.getInt(fds + Integer.BYTES)));
        }
    }

    private static void enlarge(Fd end) throws IOException {
        if (end.use(fd -> setBuffer(fd, SO_SNDBUFFORCE)) < 0) {
            // Not above the limit of the machine, which the kernel applies without a word.
            check(end.use(fd -> setBuffer(fd, SO_SNDBUF)), "setsockopt SO_SNDBUF");
        }
    }

    private static long setBuffer(int fd, int option) {
        try (SystemCall call = SystemCall.prepare()) {
            long size = call.room(Integer.BYTES);
            call.putInt(size, WANTED);
            return call.invoke(SyscallNumber.SETSOCKOPT, fd, Linux.SOL_SOCKET, option, size, Integer.BYTES, 0);
        }
    }

    /** The length of the longest message that both ends can send: some 200 kB for a process without CAP_NET_ADMIN. */
    public int longestMessage() throws IOException {
        return Math.min(buffer(guard), buffer(backend)) - OVERHEAD;
    }

    private static int buffer(Fd end) throws IOException {
        return check(end.use(fd -> SocketSys.system().option(fd, SO_SNDBUF)), "getsockopt SO_SNDBUF");
    }

    private static int check(long result, String call) throws IOException {
        if (result < 0) {
            throw SysErrors.exception(result, call, WHAT);
        }
        return (int) result;
    }

    /** Closes both ends that are not closed yet. */
    @Override
    public void close() throws IOException {
        try (guard;
                backend) {
            // Nothing but to close them.
        }
    }

    private void closeAfter(Throwable failure) {
        try {
            close();
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }
}
