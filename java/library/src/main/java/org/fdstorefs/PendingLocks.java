// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import org.fdstorefs.internal.Linux;
import org.fdstorefs.internal.Sys;
import org.jspecify.annotations.Nullable;

/**
 * The locks that this process waits for: for each entry one flock(2), on a thread of its own, since it holds the
 * carrier of a virtual thread and cannot be told to end. The waits for the lock of that entry get it, in turn; when
 * all have given up, the next one finds it pending.
 */
final class PendingLocks {
    // Of a thread that makes one native call.
    private static final long STACK_SIZE = 256 * 1024;

    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Stat.Id, Pending> all = new HashMap<>();

    /** The one flock(2) of an entry, if it is running, and who waits for it. */
    private static final class Pending {
        private final Deque<Ticket> queue = new ArrayDeque<>();
        private boolean running;
    }

    /**
     * What has become of a wait.
     *
     * @param entry locked, and the waiter's; null if it is to try again, with an entry that it opens
     * @param result what flock(2) gave
     */
    record Outcome(@Nullable Fd entry, int result) {
        private static final Outcome TRY_AGAIN = new Outcome(null, 0);
    }

    /** A place in the queue. */
    static final class Ticket {
        private final Stat.Id id;
        private final CompletableFuture<Outcome> outcome = new CompletableFuture<>();

        private Ticket(Stat.Id id) {
            this.id = id;
        }

        /** Waits for the outcome. */
        Outcome await(Deadline deadline) throws InterruptedException, TimeoutException {
            try {
                return outcome.get(deadline.nanosLeft(), TimeUnit.NANOSECONDS);
            } catch (ExecutionException e) {
                throw new IllegalStateException(e.getCause());
            }
        }
    }

    /**
     * Begins to wait for the lock of an entry that somebody else has; takes over its descriptor.
     *
     * @param before what {@link Outcome} said to try again, and so comes first
     */
    Ticket join(Sys sys, Fd entry, Stat.Id id, @Nullable Ticket before) throws IOException {
        Ticket ticket = new Ticket(id);
        boolean used = false;
        lock.lock();
        try {
            Pending pending = all.computeIfAbsent(id, key -> new Pending());
            if (!pending.running) {
                start(sys, entry, id, pending);
                used = true;
            }
            if (before != null && before.id.equals(id)) {
                pending.queue.addFirst(ticket);
            } else {
                pending.queue.addLast(ticket);
            }
            return ticket;
        } finally {
            lock.unlock();
            if (!used) {
                entry.close();
            }
        }
    }

    private void start(Sys sys, Fd entry, Stat.Id id, Pending pending) {
        Runnable body = () -> {
            int result;
            do {
                result = sys.flock(entry.intValue(), Linux.LOCK_EX);
            } while (result == -Errno.EINTR.number());
            ended(entry, result, id, pending);
        };
        // The last argument: no thread-locals of the caller, which may be large and has them for long.
        Thread thread = new Thread(null, body, "fdstore-lease", STACK_SIZE, false);
        thread.setDaemon(true);
        thread.start();
        pending.running = true;
    }

    private void ended(Fd entry, int result, Stat.Id id, Pending pending) {
        Ticket first;
        lock.lock();
        try {
            pending.running = false;
            first = pending.queue.poll();
            if (first != null) {
                first.outcome.complete(new Outcome(result < 0 ? null : entry, result));
            }
            passOn(id);
        } finally {
            lock.unlock();
        }
        if (first == null || result < 0) {
            close(entry);
        }
    }

    /** Lets the next one in the queue try again, if nobody else does. */
    private void passOn(Stat.Id id) {
        Pending pending = all.get(id);
        if (pending != null && !pending.running) {
            Ticket next = pending.queue.poll();
            if (next != null) {
                next.outcome.complete(Outcome.TRY_AGAIN);
            }
            if (pending.queue.isEmpty()) {
                all.remove(id);
            }
        }
    }

    /**
     * Ends a wait, whatever has become of it.
     *
     * @return the locked entry, if that came in the last moment
     */
    @Nullable
    Fd leave(Ticket ticket) {
        lock.lock();
        try {
            Pending pending = all.get(ticket.id);
            if (pending != null) {
                pending.queue.remove(ticket);
            }
            passOn(ticket.id);
            Outcome outcome = ticket.outcome.getNow(Outcome.TRY_AGAIN);
            return outcome.entry();
        } finally {
            lock.unlock();
        }
    }

    private static void close(Fd entry) {
        try {
            entry.close();
        } catch (IOException e) {
            System.getLogger(Fd.class.getName()).log(Level.WARNING, "close of a lock failed", e);
        }
    }
}
