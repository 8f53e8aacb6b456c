// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.fuse;

import static java.util.Objects.requireNonNull;

import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The place in the state memory into which the kernel writes a request, and where the request stays
 * until it is answered: a journal of one entry.
 *
 * <p>The length of the request is the mark. It is zeroed before the read, set by the kernel's copy,
 * and zeroed again after the reply; so whoever finds it set, finds a request that somebody read and
 * perhaps did not answer. There is no moment in between: SIGKILL ends a process before or after a
 * system call's copy, never within it.
 */
final class Slot implements Memo {
    private static final int OFFSET_MEMO = 0;
    private static final int OFFSET_REQUEST = 64;
    private static final int ROOM_FOR_HEADERS = 4096;
    private static final int PAGE = 4096;

    private final ByteBuffer memory;
    private final long address;

    Slot(ByteBuffer memory, long address) {
        this.memory = requireNonNull(memory, "memory is null");
        this.address = address;
    }

    /** How many bytes a slot takes whose requests carry at most {@code maxWrite} bytes of data. */
    static long size(int maxWrite) {
        long size = (long) OFFSET_REQUEST + ROOM_FOR_HEADERS + maxWrite;
        return (size + PAGE - 1) / PAGE * PAGE;
    }

    /** Where the kernel is to write the request. */
    long requestAddress() {
        return address + OFFSET_REQUEST;
    }

    int requestCapacity() {
        return memory.capacity() - OFFSET_REQUEST;
    }

    /** The request, from its header on. */
    ByteBuffer request() {
        return memory.slice(OFFSET_REQUEST, requestCapacity()).order(ByteOrder.nativeOrder());
    }

    /** Whether a request was read that is not marked as answered. */
    boolean inFlight() {
        int length = memory.getInt(OFFSET_REQUEST);
        return length >= RequestHeader.SIZE && length <= requestCapacity();
    }

    /** Marks the request as answered, and makes room for the next one. */
    void free() {
        memory.putInt(OFFSET_REQUEST, 0);
        VarHandle.fullFence(); // a memo must not vanish from a request that is still in flight
        memory.putLong(OFFSET_MEMO, 0);
        VarHandle.fullFence();
    }

    @Override
    public long get() {
        return memory.getLong(OFFSET_MEMO);
    }

    @Override
    public void set(long value) {
        memory.putLong(OFFSET_MEMO, value);
        VarHandle.fullFence(); // before whatever the memo announces
    }
}
