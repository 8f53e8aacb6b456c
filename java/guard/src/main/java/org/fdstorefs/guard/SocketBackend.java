// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.guard;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.fdstorefs.Errno;
import org.fdstorefs.Fd;
import org.fdstorefs.guard.backend.Messages;
import org.fdstorefs.guard.engine.Backend;
import org.fdstorefs.guard.engine.BackendGoneException;
import org.fdstorefs.internal.Linux;
import org.fdstorefs.internal.Sys;
import org.fdstorefs.internal.SysErrors;
import org.jspecify.annotations.Nullable;

/**
 * A server at the other end of a socket. Whoever waits for a reply reads the socket himself, one at a time,
 * and hands the replies of others over: a single request needs no other thread.
 */
final class SocketBackend implements Backend, AutoCloseable {
    private static final int MANY = 1000;
    private static final int UNIQUE = 8;
    private static final int OUT_HEADER = 16;
    private static final int IOVECS = 4 * Long.BYTES;
    private static final String WHAT = "socket of a server";

    private final ByteBuffer nothing = ByteBuffer.allocateDirect(0);
    private final int generation;
    private final Fd socket;
    private final Consumer<ByteBuffer> notifications;
    private final ByteBuffer room;
    private final Map<Long, Waiter> waiting = new ConcurrentHashMap<>();
    private final AtomicReference<@Nullable Waiter> leader = new AtomicReference<>();
    private final ThreadLocal<ByteBuffer> iovecs =
            ThreadLocal.withInitial(() -> ByteBuffer.allocateDirect(IOVECS).order(ByteOrder.nativeOrder()));
    private volatile boolean gone;
    private volatile boolean served;

    /** A thread that waits for a reply. */
    private static final class Waiter {
        final Thread thread = Thread.currentThread();
        final long unique;
        final long since = System.nanoTime();
        final ByteBuffer reply;
        private volatile int length;

        Waiter(long unique, ByteBuffer reply) {
            this.unique = unique;
            this.reply = reply;
        }
    }

    /**
     * @param socket is closed with this
     * @param room for the longest reply: whoever reads replies may have less room for his own
     * @param notifications sees what the server sends without having been asked
     */
    SocketBackend(int generation, Fd socket, ByteBuffer room, Consumer<ByteBuffer> notifications) {
        this.generation = generation;
        this.socket = requireNonNull(socket, "socket is null");
        this.room = requireNonNull(room, "room is null");
        this.notifications = requireNonNull(notifications, "notifications is null");
    }

    @Override
    public int generation() {
        return generation;
    }

    @Override
    public int call(ByteBuffer message, ByteBuffer rest, ByteBuffer reply) throws BackendGoneException {
        Waiter waiter = new Waiter(message.getLong(UNIQUE), reply);
        waiting.put(waiter.unique, waiter);
        try {
            send(message, rest);
            await(waiter);
        } finally {
            waiting.remove(waiter.unique, waiter);
        }
        return waiter.length;
    }

    @Override
    public void send(ByteBuffer message) throws BackendGoneException {
        send(message, nothing);
    }

    private void send(ByteBuffer message, ByteBuffer rest) throws BackendGoneException {
        ByteBuffer pieces = iovecs.get().clear();
        pieces.putLong(Sys.address(message)).putLong(message.remaining());
        if (rest.hasRemaining()) {
            pieces.putLong(Sys.address(rest)).putLong(rest.remaining());
        }
        int count = pieces.position() / (2 * Long.BYTES);
        long address = Sys.address(pieces);
        long sent;
        do {
            sent = use(number -> Messages.send(number, address, count));
        } while (sent == -Errno.EINTR.number());
        if (sent < 0) {
            end();
            throw new BackendGoneException();
        }
    }

    /** A system call on the socket. */
    @FunctionalInterface
    private interface Call {
        long on(int fd);
    }

    private long use(Call call) throws BackendGoneException {
        try {
            return socket.use(call::on);
        } catch (IOException e) { // it is closed
            gone = true;
            throw new BackendGoneException(e);
        }
    }

    private void await(Waiter waiter) throws BackendGoneException {
        while (waiter.length == 0) {
            if (gone) {
                throw new BackendGoneException();
            } else if (leader.compareAndSet(null, waiter)) {
                try {
                    lead(waiter);
                } finally {
                    leader.set(null);
                    wakeOne();
                }
            } else {
                LockSupport.park(this);
            }
        }
    }

    /** Reads replies until the own one has come. */
    private void lead(Waiter own) throws BackendGoneException {
        ByteBuffer in = own.reply.capacity() < room.capacity() ? room : own.reply;
        long address = Sys.address(in);
        while (own.length == 0 && !gone) {
            long length = use(number -> Messages.receive(number, address, in.capacity(), Messages.TRUNC));
            if (length >= OUT_HEADER) {
                deliver(in, (int) length);
            } else if (length <= 0 && length != -Errno.EINTR.number()) {
                end();
            }
        }
    }

    @SuppressWarnings("ReferenceEquality") // whether it is there already
    private void deliver(ByteBuffer in, int length) {
        long unique = in.getLong(UNIQUE);
        if (unique == 0) {
            notifications.accept(in.slice(0, Math.min(length, in.capacity())).order(ByteOrder.nativeOrder()));
            return;
        }
        Waiter waiter = waiting.remove(unique); // so that a second reply finds nobody
        if (waiter == null) {
            return;
        }
        boolean fits = length <= Math.min(in.capacity(), waiter.reply.capacity());
        if (!fits) {
            waiter.reply
                    .putInt(0, OUT_HEADER)
                    .putInt(Integer.BYTES, -Errno.EIO.number())
                    .putLong(UNIQUE, unique);
        } else if (waiter.reply != in) {
            waiter.reply.put(0, in, 0, length);
        }
        served = served
                || unique < FIRST_OWN_UNIQUE; // what the guard asks by itself, is answered by servers of no use, too
        waiter.length = fits ? length : OUT_HEADER;
        LockSupport.unpark(waiter.thread);
    }

    private void wakeOne() {
        for (Waiter waiter : waiting.values()) {
            if (waiter.thread != Thread.currentThread()) {
                LockSupport.unpark(waiter.thread);
                return;
            }
        }
    }

    /** How long the request waits that has waited longest; zero if there is none. */
    Duration longestWait() {
        long now = System.nanoTime();
        return Duration.ofNanos(waiting.values().stream()
                .mapToLong(waiter -> now - waiter.since)
                .max()
                .orElse(0));
    }

    /** Whether it has answered a request of the kernel. */
    boolean hasServed() {
        return served;
    }

    /** Reads what the server sends without being asked, if nobody else reads; not more than much of it at once. */
    void listen() throws BackendGoneException {
        Waiter nobody = new Waiter(0, room);
        if (!leader.compareAndSet(null, nobody)) {
            return;
        }
        try {
            long address = Sys.address(room);
            long length = 1;
            for (int count = 0; count < MANY && length > 0; count++) {
                length = use(number ->
                        Messages.receive(number, address, room.capacity(), Messages.TRUNC | Messages.DONTWAIT));
                if (length >= OUT_HEADER) {
                    deliver(room, (int) length);
                }
            }
        } finally {
            leader.set(null);
            wakeOne();
        }
    }

    /**
     * Waits until the server has closed its end, or {@link #end} was called.
     *
     * @return false if the time is over before that
     */
    boolean awaitEnd(int timeoutMillis) throws IOException {
        if (gone) {
            return true;
        }
        int events = socket.use(number -> Sys.system().poll(number, 0, timeoutMillis));
        if (events == -Errno.EINTR.number()) {
            return false;
        } else if (events < 0) {
            throw SysErrors.exception(events, "poll", WHAT);
        }
        return gone || (events & (Linux.POLLHUP | Linux.POLLERR)) != 0;
    }

    /** It has ended, or is to be taken for one that has. */
    void end() {
        gone = true;
        try {
            socket.use(number -> Messages.shutdown(number));
        } catch (IOException e) {
            // closed already
        }
        waiting.values().forEach(waiter -> LockSupport.unpark(waiter.thread));
    }

    @Override
    public void close() throws IOException {
        end();
        socket.close();
    }
}
