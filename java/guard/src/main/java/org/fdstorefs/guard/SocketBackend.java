// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.guard;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.fdstorefs.Errno;
import org.fdstorefs.Fd;
import org.fdstorefs.FdFunction;
import org.fdstorefs.guard.backend.Messages;
import org.fdstorefs.guard.engine.Backend;
import org.fdstorefs.guard.engine.BackendGoneException;
import org.fdstorefs.internal.Linux;
import org.fdstorefs.internal.Sys;
import org.fdstorefs.internal.SysErrors;

/**
 * A server at the other end of a socket. Whoever waits for a reply reads the socket himself, one at a time,
 * and hands the replies of others over: a single request needs no other thread.
 */
final class SocketBackend implements Backend, AutoCloseable {
    private static final int MANY = 1000;
    private static final int UNIQUE = 8;
    private static final int OUT_HEADER = 16;
    private static final String WHAT = "socket of a server";

    private final int generation;
    private final Fd socket;
    private final Consumer<ByteBuffer> notifications;
    private final ByteBuffer room;
    private final ThreadLocal<Waiter> waiter = ThreadLocal.withInitial(this::join);
    private final List<Waiter> waiters = new CopyOnWriteArrayList<>();
    private final AtomicInteger leaders = new AtomicInteger(); // one or none
    private final AtomicInteger followers = new AtomicInteger();
    private volatile boolean gone;
    private volatile boolean served;

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

    private Waiter join() {
        Waiter own = new Waiter();
        waiters.add(own);
        return own;
    }

    @Override
    public int call(ByteBuffer message, ByteBuffer rest, ByteBuffer reply) throws BackendGoneException {
        Waiter own = waiter.get();
        own.begin(message.getLong(UNIQUE), reply);
        try {
            send(own.port().compose(message, rest));
            await(own);
        } finally {
            own.end();
        }
        return own.length();
    }

    @Override
    public void send(ByteBuffer message) throws BackendGoneException {
        send(waiter.get().port().compose(message));
    }

    private void send(Port message) throws BackendGoneException {
        long sent;
        do {
            sent = use(message.send());
        } while (sent == -Errno.EINTR.number());
        if (sent < 0) {
            end();
            throw new BackendGoneException();
        }
    }

    private long use(FdFunction<Long> call) throws BackendGoneException {
        try {
            return socket.use(call);
        } catch (IOException e) { // it is closed
            gone = true;
            throw new BackendGoneException(e);
        }
    }

    private void await(Waiter own) throws BackendGoneException {
        while (own.length() == 0) {
            if (gone) {
                throw new BackendGoneException();
            } else if (leaders.compareAndSet(0, 1)) {
                try {
                    lead(own);
                } finally {
                    leaders.set(0);
                    wakeOne(own);
                }
            } else {
                follow(own);
            }
        }
    }

    /** Parks while another one reads. Whoever leads looks for followers when he has said that he does not lead. */
    private void follow(Waiter own) {
        followers.incrementAndGet();
        try {
            if (own.length() == 0 && !gone && leaders.get() != 0) {
                LockSupport.park(this);
            }
        } finally {
            followers.decrementAndGet();
        }
    }

    /** Reads replies until the own one has come. */
    private void lead(Waiter own) throws BackendGoneException {
        ByteBuffer in = own.reply().capacity() < room.capacity() ? room : own.reply();
        FdFunction<Long> receive = own.port().into(in, Messages.TRUNC);
        while (own.length() == 0 && !gone) {
            long length = use(receive);
            if (length >= OUT_HEADER) {
                deliver(own, in, (int) length);
            } else if (length <= 0 && length != -Errno.EINTR.number()) {
                end();
            }
        }
    }

    /** Hands a reply over, which is for whoever has read it, mostly. */
    private void deliver(Waiter reader, ByteBuffer in, int length) {
        long unique = in.getLong(UNIQUE);
        if (unique == 0) {
            notifications.accept(in.slice(0, Math.min(length, in.capacity())).order(ByteOrder.nativeOrder()));
            return;
        }
        if (unique < FIRST_OWN_UNIQUE && !served) {
            served = true; // what the guard asks by itself, is answered by servers of no use, too
        }
        if (reader.take(unique, in, length)) {
            return;
        }
        for (Waiter other : waiters) {
            if (other.take(unique, in, length)) {
                return;
            }
        }
    }

    private void wakeOne(Waiter own) {
        if (followers.get() == 0) {
            return;
        }
        for (int i = 0; i < waiters.size(); i++) {
            Waiter other = waiters.get(i);
            if (other != own && other.isWaiting()) {
                LockSupport.unpark(other.thread());
                return;
            }
        }
    }

    /**
     * How long the request waits that has waited longest, since it was first seen by this; zero if there is none. For
     * one thread, which asks again and again: so no request needs to look at the clock.
     */
    Duration longestWait() {
        long now = System.nanoTime();
        return Duration.ofNanos(
                waiters.stream().mapToLong(other -> other.seenFor(now)).max().orElse(0));
    }

    /** Whether it has answered a request of the kernel. */
    boolean hasServed() {
        return served;
    }

    /** Reads what the server sends without being asked, if nobody else reads; not more than much of it at once. */
    void listen() throws BackendGoneException {
        if (!leaders.compareAndSet(0, 1)) {
            return;
        }
        Waiter own = waiter.get();
        try {
            FdFunction<Long> receive = own.port().into(room, Messages.TRUNC | Messages.DONTWAIT);
            long length = 1;
            for (int count = 0; count < MANY && length > 0; count++) {
                length = use(receive);
                if (length >= OUT_HEADER) {
                    deliver(own, room, (int) length);
                }
            }
        } finally {
            leaders.set(0);
            wakeOne(own);
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
        waiters.forEach(other -> LockSupport.unpark(other.thread()));
    }

    @Override
    public void close() throws IOException {
        end();
        socket.close();
    }
}
