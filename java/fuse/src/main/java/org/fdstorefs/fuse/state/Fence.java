// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.fuse.state;

import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;

/**
 * The order in which shared memory is written and read, on processors that reorder, too.
 *
 * <p>A <em>successor</em> reads when its predecessor is dead, and no processor reorders what it sees: each thread of
 * the predecessor has left its program between two instructions, and with all that it had stored until then has
 * given up the table of descriptors (an atomic operation with full order); the last one of them has closed the lease
 * and so unlocked it, and the successor locked it, by the same spin lock of the kernel. Only the compiler may have
 * moved a store before another one, which {@link #order} forbids. (To processors it says more than it takes here.)
 *
 * <p><em>Threads and processes that live at the same time</em> share single numbers only. Those are read by {@link
 * #acquire} and written by {@link #release}; where they are not, it is said there why not.
 */
public final class Fence {
    private Fence() {}

    /** A successor that sees what is written after this sees what was written before it. */
    public static void order() {
        VarHandle.releaseFence();
    }

    /**
     * Reads eight bytes, which are aligned, that somebody else may be writing: what is newest, however often it is
     * asked for, and from then on also what was written before that.
     */
    public static long acquire(ByteBuffer memory, int offset) {
        long value = memory.getLong(offset);
        VarHandle.acquireFence();
        return value;
    }

    /** Writes eight bytes, which are aligned, that somebody else may be reading. */
    public static void release(ByteBuffer memory, int offset, long value) {
        VarHandle.releaseFence();
        memory.putLong(offset, value);
    }
}
