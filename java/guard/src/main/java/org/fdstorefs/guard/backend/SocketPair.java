// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.guard.backend;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.fdstorefs.Fd;
import org.fdstorefs.internal.Linux;
import org.fdstorefs.internal.SocketSys;
import org.fdstorefs.internal.SysErrors;

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
        int[] fds = new int[2];
        int type = SOCK_SEQPACKET | Linux.O_CLOEXEC;
        check(Libc.check(Libc.socketpair(Linux.AF_UNIX, type, 0, fds)), "socketpair");
        SocketPair pair = new SocketPair(Fd.adopt(fds[0]), Fd.adopt(fds[1]));
        try {
            enlarge(pair.guard);
            enlarge(pair.backend);
            return pair;
        } catch (Throwable e) {
            pair.closeAfter(e);
            throw e;
        }
    }

    private static void enlarge(Fd end) throws IOException {
        byte[] size = ByteBuffer.allocate(Integer.BYTES)
                .order(ByteOrder.nativeOrder())
                .putInt(WANTED)
                .array();
        int forced =
                end.use(fd -> Libc.check(Libc.setsockopt(fd, Linux.SOL_SOCKET, SO_SNDBUFFORCE, size, Integer.BYTES)));
        if (forced < 0) {
            // Not above the limit of the machine, which the kernel applies without a word.
            check(
                    end.use(fd -> Libc.check(Libc.setsockopt(fd, Linux.SOL_SOCKET, SO_SNDBUF, size, Integer.BYTES))),
                    "setsockopt SO_SNDBUF");
        }
    }

    /** The length of the longest message that both ends can send: some 200 kB for a process without CAP_NET_ADMIN. */
    public int longestMessage() throws IOException {
        return Math.min(buffer(guard), buffer(backend)) - OVERHEAD;
    }

    private static int buffer(Fd end) throws IOException {
        return check(end.use(fd -> SocketSys.system().option(fd, SO_SNDBUF)), "getsockopt SO_SNDBUF");
    }

    private static int check(int result, String call) throws IOException {
        if (result < 0) {
            throw SysErrors.exception(result, call, WHAT);
        }
        return result;
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
