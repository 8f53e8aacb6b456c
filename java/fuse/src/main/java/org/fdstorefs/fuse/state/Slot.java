// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.fuse.state;

import static java.util.Objects.requireNonNull;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.fdstorefs.fuse.wire.Journaled;
import org.fdstorefs.fuse.wire.RequestHeader;

/**
 * The place in the state memory into which the kernel writes a request, and where the request stays
 * until it is answered: one entry of the journal, used by one thread.
 *
 * <p>The length of the request is the mark. It is zeroed before the read, set by the kernel's copy,
 * and zeroed again after the reply; so a server that finds it set, finds a request that was read and
 * perhaps not answered. There is no moment in between: SIGKILL ends a process before or after a
 * system call's copy, never within it.
 *
 * <p>Plain accesses do, since a slot is its thread's, and a successor reads it as {@link Fence} says. But each thread
 * may look for the request that it is to {@link #interrupt}. See {@link #unique} for that.
 *
 * <p>The reply is put together here, too, and marked when it is complete: from then on the request
 * is not worked on again, and a successor sends that reply.
 */
public final class Slot implements Journaled {
    private static final int OFFSET_MEMO = 0;
    private static final int OFFSET_INTERRUPTED = 8;
    private static final int OFFSET_REPLY_LENGTH = 16;
    private static final int OFFSET_COUNTED = 20;
    private static final int OFFSET_ATTEMPTS = 24;

    private static final int OFFSET_LENGTH = 0; // in struct fuse_in_header
    private static final int OFFSET_UNIQUE = 8;

    private final int number;
    private final ByteBuffer memory;
    private final ByteBuffer request;
    private final ByteBuffer notes;
    private final ByteBuffer reply;
    private final long requestAddress;
    private final long replyAddress;

    Slot(int number, ByteBuffer memory, Layout layout) {
        this.number = number;
        this.memory = requireNonNull(memory, "memory is null").order(ByteOrder.nativeOrder());
        this.request = part(Layout.REQUEST, layout.notes());
        this.notes = part(layout.notes(), layout.reply());
        this.reply = part(layout.reply(), layout.slotSize());
        this.requestAddress = SharedMemory.address(request);
        this.replyAddress = SharedMemory.address(reply);
    }

    private ByteBuffer part(int begin, int end) {
        return memory.slice(begin, end - begin).order(ByteOrder.nativeOrder());
    }

    /** The index among the slots. */
    public int number() {
        return number;
    }

    /** Where the kernel is to write the request. */
    public long requestAddress() {
        return requestAddress;
    }

    public int requestCapacity() {
        return request.capacity();
    }

    int requestLength() {
        return request.getInt(OFFSET_LENGTH);
    }

    /** The request, from its header on; the same buffer each time. */
    public ByteBuffer request() {
        return request.clear();
    }

    /**
     * The number of the request, if there is one.
     *
     * <p>Another thread that has read the INTERRUPT of this request sees it here, though by plain accesses: the kernel
     * offers that when it has copied the request (FR_SENT, with a full barrier), and under the lock by which the other
     * thread gets it. If the request has gone meanwhile, that thread may see the one or the other number, and to leave a
     * mark for a number that has gone means nothing.
     */
    public long unique() {
        return request.getLong(OFFSET_UNIQUE);
    }

    /** Whether a request was read that is not marked as answered. */
    public boolean inFlight() {
        return requestLength() != 0;
    }

    /** Whether what is here can be. */
    boolean isSound() {
        int length = requestLength();
        return length == 0
                || (length >= RequestHeader.SIZE
                        && length <= request.capacity()
                        && replyLength() >= 0
                        && replyLength() <= reply.capacity());
    }

    /** Marks the request as answered, and makes room for the next one. */
    public void free() {
        request.putInt(OFFSET_LENGTH, 0);
        Fence.order(); // a memo must not vanish from a request that is still in flight
        memory.putLong(OFFSET_MEMO, 0)
                .putInt(OFFSET_REPLY_LENGTH, 0)
                .putInt(OFFSET_COUNTED, 0)
                .putInt(OFFSET_ATTEMPTS, 0);
        Fence.order();
    }

    @Override
    public long memo() {
        return memory.getLong(OFFSET_MEMO);
    }

    @Override
    public void memo(long value) {
        memory.putLong(OFFSET_MEMO, value);
        Fence.order(); // before whatever the memo announces
    }

    /** Where the reply is put together; the same buffer each time. */
    public ByteBuffer reply() {
        return reply.clear();
    }

    public long replyAddress() {
        return replyAddress;
    }

    /** The reply is complete. */
    public void composed(int length) {
        Fence.order();
        memory.putInt(OFFSET_REPLY_LENGTH, length);
        Fence.order();
    }

    /** How long the complete reply is; 0 if it is not complete. */
    public int replyLength() {
        return memory.getInt(OFFSET_REPLY_LENGTH);
    }

    public long note(int entry) {
        return notes.getLong(entry * Long.BYTES);
    }

    @Override
    public void note(int entry, long note) {
        notes.putLong(entry * Long.BYTES, note);
    }

    /** Of how many entries the lookups are counted. */
    public int counted() {
        return memory.getInt(OFFSET_COUNTED);
    }

    void counted(int entries) {
        memory.putInt(OFFSET_COUNTED, entries);
    }

    @Override
    public int attempt() {
        int before = memory.getInt(OFFSET_ATTEMPTS);
        memory.putInt(OFFSET_ATTEMPTS, before + 1);
        Fence.order();
        return before;
    }

    /** Notes that the request of this number is to be interrupted, if it is still the one that is here. */
    public void interrupt(long unique) {
        Fence.release(memory, OFFSET_INTERRUPTED, unique);
    }

    @Override
    public boolean isInterrupted(long unique) {
        return Fence.acquire(memory, OFFSET_INTERRUPTED) == unique;
    }
}
