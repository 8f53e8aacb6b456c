// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.guard.backend;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import org.fdstorefs.Errno;
import org.fdstorefs.internal.Linux;
import org.fdstorefs.internal.Sys;

/** The other end of a {@link FakeServer}, or of any other command. */
final class Guard implements AutoCloseable {
    private static final int MAX = 4096;
    private static final Duration LONG = Duration.ofMinutes(1);

    final SocketPair sockets = SocketPair.create();
    final BackendProcess backend;
    private final String token;
    private final ByteBuffer answer = ByteBuffer.allocateDirect(MAX);

    private Guard(Command command, Way way, String token) throws IOException {
        this.token = token;
        this.backend = BackendProcess.start(command, way, token, sockets);
    }

    static Guard start(Command command, Way way, String token) throws IOException {
        return new Guard(command, way, token);
    }

    /** A fake server that has its socket. */
    static Guard fake(Way way, String token) throws Exception {
        Guard guard = new Guard(FakeServer.command(way == Way.MOUNT ? "mount" : "descriptor"), way, token);
        try {
            guard.ask("hello");
        } catch (IOException e) {
            guard.backend.awaitEnd(LONG);
            OptionalInt status = guard.backend.exitStatus();
            guard.close();
            assumeMountsReachUs(status);
            throw new IOException("the server has not started: " + status, e);
        }
        return guard;
    }

    /** The filter of a container that forbids mount(2) decides before ours. */
    private static void assumeMountsReachUs(OptionalInt status) throws IOException {
        boolean forbidden = status.equals(OptionalInt.of(FakeServer.mountFailed(Errno.EPERM)));
        boolean filtered = Files.readAllLines(Path.of("/proc/self/status")).contains("Seccomp:\t2");
        assumeFalse(forbidden && filtered, "a seccomp filter of this container forbids mount(2)");
    }

    String ask(String question) throws IOException {
        send(question);
        return receive();
    }

    void send(String message) throws IOException {
        byte[] bytes = message.getBytes(UTF_8);
        ByteBuffer memory = ByteBuffer.allocateDirect(bytes.length).put(bytes);
        ByteBuffer iovec = ByteBuffer.allocateDirect(16).order(ByteOrder.nativeOrder());
        iovec.putLong(Sys.address(memory)).putLong(bytes.length);
        long sent = sockets.guard().use(fd -> Messages.send(fd, Sys.address(iovec), 1));
        if (sent != bytes.length) {
            throw new IOException("sent " + sent + " of " + message);
        }
    }

    private String receive() throws IOException {
        poll(Linux.POLLIN);
        long length = sockets.guard().use(fd -> Messages.receive(fd, Sys.address(answer), MAX, 0));
        if (length <= 0) {
            throw new IOException("received " + length);
        }
        byte[] bytes = new byte[(int) length];
        answer.get(0, bytes);
        return new String(bytes, UTF_8);
    }

    /** Waits until nobody has the other end. */
    void awaitHangUp() throws IOException {
        if ((poll(0) & Linux.POLLHUP) == 0) {
            throw new IOException("no hang-up");
        }
    }

    private int poll(int wanted) throws IOException {
        int events = sockets.guard().use(fd -> Sys.system().poll(fd, wanted, (int) LONG.toMillis()));
        if (events <= 0) {
            throw new IOException("nothing happens, or poll failed: " + events);
        }
        return events;
    }

    @Override
    public void close() throws IOException {
        try (sockets;
                backend) {
            Remains.kill(Optional.of(backend.pidfd()), token);
        }
    }
}
