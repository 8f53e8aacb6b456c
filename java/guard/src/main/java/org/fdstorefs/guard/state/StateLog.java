// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.guard.state;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Map;
import org.fdstorefs.Fd;
import org.fdstorefs.fuse.BadStateException;
import org.fdstorefs.fuse.state.Fence;
import org.fdstorefs.fuse.state.SharedMemory;
import org.jspecify.annotations.Nullable;

/**
 * Records one behind the other in a memfd, which outlives the process. A record counts from the moment
 * that the end of the log is moved behind it, which is one store of eight bytes: a process that is
 * killed leaves the log with the record or without it.
 *
 * <p>The log is rewritten when most of it is out of date: the new one is put behind the old one, and a
 * single store makes it the log. What is before is given back, so the file has holes and takes no more
 * memory than the log. What is mapped and given back are pieces, which are made of pages of every size
 * ({@link org.fdstorefs.internal.PageSize#LARGEST}), so the layout is the same on all machines.
 *
 * <p>Not thread-safe, and plain accesses do: nobody else reads it before this process is dead, see {@link Fence}.
 */
final class StateLog implements AutoCloseable {
    /** Visits records. */
    @FunctionalInterface
    interface Visitor {
        void visit(int type, ByteBuffer record) throws BadStateException;
    }

    static final int PIECE = 1 << 20;
    /** The most that a record may have, in bytes. */
    static final int MAX_RECORD = PIECE / 2;

    private static final long MAGIC = 0x44524155_54534446L; // "FDSTUARD" on a little-endian machine
    private static final int LAYOUT = 1;
    private static final int OFFSET_MAGIC = 0;
    private static final int OFFSET_LAYOUT = 8;
    private static final int OFFSET_CURRENT = 12;
    private static final int OFFSET_BOUNDS = 16; // two pairs of longs: where a log begins, and where it ends
    private static final int BOUNDS = 16;
    private static final int HEAD = 4096; // bytes of the first piece, which has nothing else; at least a page is mapped
    private static final int RECORD_HEADER = 8;
    private static final int FILLER = 0;
    private static final int MANY = 4 * PIECE;

    private final SharedMemory memory;
    private final ByteBuffer head;
    private final Map<Long, ByteBuffer> pieces = new HashMap<>();
    private @Nullable ByteBuffer lastPiece; // the one with this number, which is mostly asked for again
    private long lastNumber;
    private int current;
    private long begin;
    private long end;
    private long rewriteAt = MANY;
    private int openLength;
    private Runnable beforeCommit = () -> {};

    private StateLog(SharedMemory memory, ByteBuffer head) {
        this.memory = memory;
        this.head = head.order(ByteOrder.nativeOrder());
    }

    static StateLog create() throws IOException {
        SharedMemory memory = SharedMemory.create(PIECE);
        try {
            StateLog log = new StateLog(memory, memory.map(0, HEAD));
            log.head.putLong(OFFSET_BOUNDS, PIECE).putLong(OFFSET_BOUNDS + Long.BYTES, PIECE);
            log.head.putInt(OFFSET_LAYOUT, LAYOUT).putLong(OFFSET_MAGIC, MAGIC);
            log.readBounds();
            return log;
        } catch (Throwable e) {
            memory.close();
            throw e;
        }
    }

    /** Adopts one that another process has written; closes {@code fd} even if this fails. */
    static StateLog adopt(Fd fd) throws IOException {
        requireNonNull(fd, "fd is null");
        try {
            SharedMemory memory = SharedMemory.adopt(fd);
            long size = memory.size();
            if (size < PIECE) {
                throw new BadStateException("the log has %,d bytes, less than its head takes".formatted(size));
            }
            StateLog log = new StateLog(memory, memory.map(0, HEAD));
            if (log.head.getLong(OFFSET_MAGIC) != MAGIC) {
                throw new BadStateException("the log does not begin with its magic number");
            }
            int layout = log.head.getInt(OFFSET_LAYOUT);
            if (layout != LAYOUT) {
                throw new BadStateException(("the log's layout is of version %d, and this guard understands version"
                                + " %d: start a guard of the version that began the session")
                        .formatted(layout, LAYOUT));
            }
            log.readBounds();
            if (log.begin < PIECE || log.begin % PIECE != 0 || log.end < log.begin || log.end > size) {
                throw new BadStateException("the bounds of the log are damaged");
            }
            return log;
        } catch (Throwable e) {
            fd.close();
            throw e;
        }
    }

    private void readBounds() {
        current = head.getInt(OFFSET_CURRENT) & 1;
        begin = head.getLong(OFFSET_BOUNDS + current * BOUNDS);
        end = head.getLong(OFFSET_BOUNDS + current * BOUNDS + Long.BYTES);
    }

    Fd fd() {
        return memory.fd();
    }

    /** How many bytes the log has. */
    long length() {
        return end - begin;
    }

    /** Whether it has become much longer than it was when it was last rewritten. */
    boolean isLong() {
        return length() > rewriteAt;
    }

    /** Whether it is worth a thought whether it could be shorter. */
    boolean isNoLongerShort() {
        return length() > MANY;
    }

    /** Visits all records, the oldest first. */
    void read(Visitor visitor) throws BadStateException {
        long at = begin;
        while (at < end) {
            ByteBuffer piece = piece(at / PIECE);
            int offset = (int) (at % PIECE);
            int length = piece.getInt(offset);
            int type = piece.getInt(offset + Integer.BYTES);
            if (length < 0 || length > PIECE - offset - RECORD_HEADER) {
                throw new BadStateException("a record of the log is damaged");
            }
            if (type != FILLER) {
                visitor.visit(type, piece.slice(offset + RECORD_HEADER, length).order(ByteOrder.nativeOrder()));
            }
            at += RECORD_HEADER + aligned(length);
        }
        rewriteAt = Math.max(MANY, 2 * length());
    }

    /** Begins a record; it counts from {@link #commit} on. */
    ByteBuffer begin(int type, int length) {
        if (length > MAX_RECORD) {
            throw new IllegalArgumentException("a record of " + length + " bytes is too long");
        }
        int room = PIECE - (int) (end % PIECE);
        if (RECORD_HEADER + aligned(length) > room) {
            header(FILLER, room - RECORD_HEADER);
            end += room;
        }
        header(type, length);
        openLength = length;
        return piece(end / PIECE)
                .slice((int) (end % PIECE) + RECORD_HEADER, length)
                .order(ByteOrder.nativeOrder());
    }

    private void header(int type, int length) {
        piece(end / PIECE).putInt((int) (end % PIECE), length).putInt((int) (end % PIECE) + Integer.BYTES, type);
    }

    /** For tests: is called whenever a record is about to count. */
    void beforeCommit(Runnable watcher) {
        beforeCommit = watcher;
    }

    /** The record that was begun is complete. */
    void commit() {
        beforeCommit.run();
        end += RECORD_HEADER + aligned(openLength);
        publishEnd();
    }

    private void publishEnd() {
        Fence.order();
        head.putLong(OFFSET_BOUNDS + current * BOUNDS + Long.BYTES, end);
        Fence.order();
    }

    /** Writes the log anew: {@code writer} appends what is to be in it. */
    void rewrite(Runnable writer) {
        long oldBegin = begin;
        current ^= 1;
        begin = (end + PIECE - 1) / PIECE * PIECE;
        end = begin;
        head.putLong(OFFSET_BOUNDS + current * BOUNDS, begin);
        publishEnd();
        writer.run();
        head.putInt(OFFSET_CURRENT, current);
        Fence.order();
        forget(oldBegin / PIECE, begin / PIECE);
        rewriteAt = Math.max(MANY, 2 * length());
    }

    private void forget(long first, long next) {
        for (long number = first; number < next; number++) {
            pieces.remove(number);
        }
        lastPiece = null;
        try {
            memory.discard(first * PIECE, (next - first) * PIECE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private ByteBuffer piece(long number) {
        if (number != lastNumber || lastPiece == null) {
            lastPiece = pieces.computeIfAbsent(number, this::map);
            lastNumber = number;
        }
        return lastPiece;
    }

    private ByteBuffer map(long number) {
        try {
            if (memory.size() < (number + 1) * PIECE) {
                memory.resize((number + 1) * PIECE);
            }
            return memory.map(number * PIECE, PIECE).order(ByteOrder.nativeOrder());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int aligned(int length) {
        return (length + 7) & ~7;
    }

    @Override
    public void close() throws IOException {
        memory.close();
    }
}
