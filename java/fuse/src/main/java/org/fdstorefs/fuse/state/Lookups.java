// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.fuse.state;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.fdstorefs.fuse.BadStateException;
import org.fdstorefs.fuse.NodeNotes;

/**
 * How often the kernel has looked up each node that it knows, and the note of that node.
 *
 * <p>In the state memory this is an array of cells, in no order, that grows at its end: node id (0 in
 * a free cell), count, note, and eight unused bytes. A node whose count has come to 0 keeps its cell
 * until the file system was told. Where a node's cell is, each server finds out for itself.
 * Thread-safe: all of it, the change that is under way and what a slot has counted are used under the lock of this
 * object, hence the plain accesses.
 */
public final class Lookups implements NodeNotes {
    /** By so many bytes the array grows. */
    static final int CHUNK = 64 * 1024;

    private static final int CELL = 32;
    private static final int WORDS_OF_CELL = CELL / Long.BYTES;
    private static final int OFFSET_NODE = 0;
    private static final int OFFSET_COUNT = 8;
    private static final int OFFSET_NOTE = 16;
    private static final int CELLS_OF_CHUNK = CHUNK / CELL;

    private final SharedMemory memory;
    private final long begin;
    private final Redo redo;
    private final List<Slot> slots;
    private final List<ByteBuffer> chunks = new ArrayList<>();
    private final Map<Long, Integer> cells = new HashMap<>();
    private final BitSet free = new BitSet();
    private final Set<Long> forgotten = new LinkedHashSet<>();
    private int firstFree;
    private boolean closed;

    /** Reads what an earlier server left, from an offset on to the end of the memory. */
    Lookups(SharedMemory memory, long begin, ByteBuffer redo, List<Slot> slots) throws IOException {
        this.memory = requireNonNull(memory, "memory is null");
        this.begin = begin;
        this.redo = new Redo(redo);
        this.slots = requireNonNull(slots, "slots is null");
        long size = memory.size();
        for (long offset = begin; offset < size; offset += CHUNK) {
            chunks.add(memory.map(offset, CHUNK));
        }
        finishChange();
        for (int chunk = 0; chunk < chunks.size(); chunk++) {
            read(chunk);
        }
    }

    private void finishChange() throws BadStateException {
        if (redo.isUnderWay()) {
            Redo.Change change = redo.change();
            if (change.slot() < 0
                    || change.slot() >= slots.size()
                    || change.cell() < 0
                    || change.cell() >= chunks.size() * CELLS_OF_CHUNK) {
                throw new BadStateException("the change of a count that was under way is damaged");
            }
            apply(change);
        }
    }

    /** In one go: a server that takes over is in a hurry, and its code is not compiled yet. */
    private void read(int chunk) {
        long[] words = new long[CHUNK / Long.BYTES];
        chunks.get(chunk).asLongBuffer().get(words);
        int first = chunk * CELLS_OF_CHUNK;
        free.set(first, first + CELLS_OF_CHUNK);
        for (int at = 0; at < words.length; at += WORDS_OF_CELL) {
            if (words[at] != 0) {
                used(first + at / WORDS_OF_CELL, words[at], words[at + OFFSET_COUNT / Long.BYTES]);
            }
        }
    }

    private void used(int cell, long nodeId, long count) {
        free.clear(cell);
        cells.put(nodeId, cell);
        if (count == 0) {
            forgotten.add(nodeId);
        }
    }

    /** Counts one lookup of a node, and that its slot has counted so many entries now. */
    public synchronized void add(Slot slot, int counted, long nodeId, long note) {
        Integer known = cells.get(nodeId);
        int cell = known != null ? known : newCell();
        long count = known != null ? get(cell, OFFSET_COUNT) : 0;
        change(new Redo.Change(slot.number(), counted, cell, nodeId, count + 1, note));
        if (known == null) {
            cells.put(nodeId, cell);
        } else if (count == 0) {
            forgotten.remove(nodeId);
        }
    }

    /** The kernel gives up lookups; as {@link #add}. */
    public synchronized void subtract(Slot slot, int counted, long nodeId, long lookups) {
        Integer cell = cells.get(nodeId);
        if (cell == null) {
            slot.counted(counted); // the root, which is known without a lookup
            return;
        }
        long count = Math.max(0, get(cell, OFFSET_COUNT) - lookups);
        change(new Redo.Change(slot.number(), counted, cell, nodeId, count, get(cell, OFFSET_NOTE)));
        if (count == 0) {
            forgotten.add(nodeId);
        }
    }

    /** The nodes that the kernel has forgotten and of which the file system has not been told; the first few. */
    public synchronized List<Long> forgotten(int most) {
        return forgotten.stream().limit(most).toList();
    }

    public synchronized int countOfForgotten() {
        return forgotten.size();
    }

    /** The file system was told of a forgotten node. */
    public synchronized void drop(long nodeId) {
        if (forgotten.remove(nodeId)) {
            int cell = requireNonNull(cells.remove(nodeId), "a forgotten node has no cell");
            put(cell, OFFSET_NODE, 0);
            free.set(cell);
            firstFree = Math.min(firstFree, cell);
        }
    }

    /** How many lookups of a node count. */
    public synchronized long count(long nodeId) {
        Integer cell = cells.get(nodeId);
        return cell == null ? 0 : get(cell, OFFSET_COUNT);
    }

    @Override
    public synchronized long get(long nodeId) {
        checkOpen();
        Integer cell = cells.get(nodeId);
        return cell == null ? 0 : get(cell, OFFSET_NOTE);
    }

    @Override
    public synchronized void set(long nodeId, long note) {
        checkOpen();
        Integer cell = cells.get(nodeId);
        if (cell != null) {
            put(cell, OFFSET_NOTE, note);
        }
    }

    private void checkOpen() {
        if (closed) {
            throw new IllegalStateException("the session of these notes is closed");
        }
    }

    /** The notes are not to be used any more. */
    synchronized void close() {
        closed = true;
    }

    private void change(Redo.Change change) {
        redo.begin(change);
        apply(change);
    }

    private void apply(Redo.Change change) {
        put(change.cell(), OFFSET_COUNT, change.count());
        put(change.cell(), OFFSET_NOTE, change.note());
        put(change.cell(), OFFSET_NODE, change.nodeId());
        slots.get(change.slot()).counted(change.counted());
        redo.end();
    }

    private int newCell() {
        int cell = free.nextSetBit(firstFree);
        if (cell < 0) {
            int first = chunks.size() * CELLS_OF_CHUNK;
            long offset = begin + (long) chunks.size() * CHUNK;
            try {
                memory.resize(offset + CHUNK);
                chunks.add(memory.map(offset, CHUNK));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            free.set(first, first + CELLS_OF_CHUNK);
            cell = first;
        }
        free.clear(cell);
        firstFree = cell + 1;
        return cell;
    }

    private long get(int cell, int field) {
        return chunks.get(cell / CELLS_OF_CHUNK).getLong(cell % CELLS_OF_CHUNK * CELL + field);
    }

    private void put(int cell, int field, long value) {
        chunks.get(cell / CELLS_OF_CHUNK).putLong(cell % CELLS_OF_CHUNK * CELL + field, value);
    }
}
