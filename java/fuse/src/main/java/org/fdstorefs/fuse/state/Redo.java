// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.fuse.state;

import static java.util.Objects.requireNonNull;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The one change of {@link Lookups} that is under way: what a cell is to contain and how far its slot
 * has counted then. Both are done or none, whenever a server is killed: a successor that finds the
 * change marked as valid makes it once more.
 */
final class Redo {
    static final int SIZE = 48;

    private static final int OFFSET_VALID = 0;
    private static final int OFFSET_SLOT = 4;
    private static final int OFFSET_COUNTED = 8;
    private static final int OFFSET_CELL = 12;
    private static final int OFFSET_NODE = 16;
    private static final int OFFSET_COUNT = 24;
    private static final int OFFSET_NOTE = 32;

    private final ByteBuffer memory;

    Redo(ByteBuffer memory) {
        this.memory = requireNonNull(memory, "memory is null").order(ByteOrder.nativeOrder());
    }

    /** A change. */
    record Change(int slot, int counted, int cell, long nodeId, long count, long note) {}

    void begin(Change change) {
        memory.putInt(OFFSET_SLOT, change.slot)
                .putInt(OFFSET_COUNTED, change.counted)
                .putInt(OFFSET_CELL, change.cell)
                .putLong(OFFSET_NODE, change.nodeId)
                .putLong(OFFSET_COUNT, change.count)
                .putLong(OFFSET_NOTE, change.note);
        Fence.order();
        memory.putInt(OFFSET_VALID, 1);
        Fence.order();
    }

    void end() {
        Fence.order();
        memory.putInt(OFFSET_VALID, 0);
        Fence.order();
    }

    boolean isUnderWay() {
        return memory.getInt(OFFSET_VALID) != 0;
    }

    Change change() {
        return new Change(
                memory.getInt(OFFSET_SLOT),
                memory.getInt(OFFSET_COUNTED),
                memory.getInt(OFFSET_CELL),
                memory.getLong(OFFSET_NODE),
                memory.getLong(OFFSET_COUNT),
                memory.getLong(OFFSET_NOTE));
    }
}
