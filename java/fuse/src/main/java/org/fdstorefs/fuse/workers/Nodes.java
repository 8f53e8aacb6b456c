// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.fuse.workers;

import static java.util.Objects.requireNonNull;

import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.fdstorefs.fuse.state.Lookups;
import org.fdstorefs.fuse.state.Slot;
import org.fdstorefs.fuse.wire.Opcode;
import org.fdstorefs.fuse.wire.ReplyEntries;

/**
 * Counts what replies and FORGETs say about nodes, and tells the file system what the kernel has
 * forgotten; but not while a method runs that answers an entry, which may be of the same node. Each
 * count is taken once, however often servers are killed in between. Thread-safe.
 */
final class Nodes {
    private static final int TOO_MANY = 1000;
    private static final int AT_ONCE = 64;
    private static final long LONGEST_WAIT_MILLIS = 20;

    private final Lookups lookups;
    private final Engine engine;
    private final ReadWriteLock answering = new ReentrantReadWriteLock();

    /** How many forgotten nodes are no reason to wait; twice as many each time that it was in vain. */
    private final AtomicInteger patience = new AtomicInteger(TOO_MANY);

    Nodes(Lookups lookups, Engine engine) {
        this.lookups = requireNonNull(lookups, "lookups is null");
        this.engine = requireNonNull(engine, "engine is null");
    }

    /** Comes before the work on a request whose answer has entries. */
    void beginAnswer(Opcode opcode) {
        if (opcode.answersEntries()) {
            answering.readLock().lock();
        }
    }

    /** Comes when they are counted, or the work has failed. */
    void endAnswer(Opcode opcode) {
        if (opcode.answersEntries()) {
            answering.readLock().unlock();
        }
    }

    /** Counts the entries of a complete reply, from where an earlier server stopped. */
    void count(Slot slot, Opcode opcode) {
        if (opcode.answersEntries()) {
            ReplyEntries.visit(opcode, slot.reply(), slot.replyLength(), new Counting(slot));
        }
    }

    /** No lambda: to make one that captures something is a call into the JVM without its second compiler. */
    private final class Counting implements ReplyEntries.Visitor {
        private final Slot slot;

        Counting(Slot slot) {
            this.slot = slot;
        }

        @Override
        public void visit(int index, long nodeId) {
            if (index >= slot.counted()) {
                lookups.add(slot, index + 1, nodeId, slot.note(index));
            }
        }
    }

    /** A FORGET. */
    void forget(Slot slot, long nodeId, ByteBuffer in) {
        forgetOne(slot, 0, nodeId, in.getLong());
    }

    /** A BATCH_FORGET. */
    void forgetMany(Slot slot, ByteBuffer in) {
        int count = in.getInt();
        in.getInt(); // padding
        for (int i = 0; i < count; i++) {
            long nodeId = in.getLong();
            forgetOne(slot, i, nodeId, in.getLong());
        }
    }

    private void forgetOne(Slot slot, int index, long nodeId, long count) {
        if (index >= slot.counted()) {
            lookups.subtract(slot, index + 1, nodeId, count);
        }
    }

    /**
     * Tells the file system what was forgotten, unless another thread answers an entry just now. When much
     * has piled up it waits for such a thread, but never long: those that come after it would wait as well.
     */
    void tellForgotten() {
        while (lookups.countOfForgotten() > 0 && mayTell()) {
            try {
                for (long nodeId : lookups.forgotten(AT_ONCE)) {
                    tellForgotten(nodeId);
                }
                patience.set(TOO_MANY);
            } finally {
                answering.writeLock().unlock();
            }
        }
    }

    private boolean mayTell() {
        int count = lookups.countOfForgotten();
        if (answering.writeLock().tryLock()) {
            return true;
        } else if (count <= patience.get()) {
            return false; // that one will do it
        }
        patience.set(2 * count);
        try {
            return answering.writeLock().tryLock(LONGEST_WAIT_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private void tellForgotten(long nodeId) {
        try {
            engine.forget(nodeId);
        } catch (Killed e) {
            throw e;
        } catch (Throwable e) {
            Log.error("forgetting node " + nodeId + " failed", e);
        }
        lookups.drop(nodeId);
    }
}
