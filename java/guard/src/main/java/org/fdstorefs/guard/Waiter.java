// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.guard;

import static java.util.Objects.requireNonNull;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.fdstorefs.Errno;
import org.jspecify.annotations.Nullable;

/** A thread that waits for replies, one after the other. Another thread may have read its reply, and puts it here. */
final class Waiter {
    private static final int UNIQUE = 8;
    private static final int OUT_HEADER = 16;
    private static final long NOTHING = 0;
    private static final long TAKEN = -1;

    private final Thread thread = Thread.currentThread();
    private final Port port = new Port();
    private final AtomicLong waitsFor = new AtomicLong(NOTHING);
    private volatile @Nullable ByteBuffer reply;
    private volatile int length;
    private long own;

    // What whoever looks for servers that hang has seen last.
    private long seen;
    private long seenSince;

    Thread thread() {
        return thread;
    }

    /** For this thread alone. */
    Port port() {
        return port;
    }

    /** Begins to wait for the reply to the request of this number. */
    void begin(long unique, ByteBuffer room) {
        own = unique;
        reply = room;
        length = 0;
        waitsFor.set(unique);
    }

    /** Waits no more; when this returns nobody puts anything into its buffer. */
    void end() {
        if (!waitsFor.compareAndSet(own, NOTHING)) {
            while (length == 0) {
                Thread.onSpinWait(); // until it is copied
            }
        }
    }

    boolean isWaiting() {
        return waitsFor.get() > NOTHING;
    }

    /** How long one request has been seen here, at this time; for one thread, which asks again and again. */
    long seenFor(long now) {
        long waiting = waitsFor.get();
        if (waiting != seen || waiting <= NOTHING) {
            seen = waiting;
            seenSince = now;
        }
        return now - seenSince;
    }

    ByteBuffer reply() {
        return requireNonNull(reply, "nobody waits");
    }

    /** The length of the reply; 0 while it has not come. */
    int length() {
        return length;
    }

    /** Takes a message, if it is the reply that it waits for; a second one finds nobody. False if it is not. */
    @SuppressWarnings("ReferenceEquality") // whether it is this memory, not what is in it
    boolean take(long unique, ByteBuffer in, int size) {
        if (unique <= NOTHING || waitsFor.get() != unique || !waitsFor.compareAndSet(unique, TAKEN)) {
            return false;
        }
        ByteBuffer to = reply();
        boolean fits = size <= Math.min(in.capacity(), to.capacity());
        if (!fits) {
            to.putInt(0, OUT_HEADER).putInt(Integer.BYTES, -Errno.EIO.number()).putLong(UNIQUE, unique);
        } else if (to != in) {
            to.put(0, in, 0, size);
        }
        length = fits ? size : OUT_HEADER;
        if (thread != Thread.currentThread()) {
            LockSupport.unpark(thread);
        }
        return true;
    }
}
