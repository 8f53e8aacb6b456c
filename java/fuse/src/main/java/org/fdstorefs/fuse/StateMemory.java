// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.fuse;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.zip.CRC32C;
import org.fdstorefs.Fd;

/**
 * What a server leaves to its successor: a memfd with what was agreed on at INIT, the journal of
 * requests, and the counts of lookups.
 *
 * <p>The first page has the head, then come the {@link Slot}s, then {@link Lookups}, which grow. Numbers
 * have the byte order of the machine. Checksums cover what does not change.
 */
final class StateMemory implements AutoCloseable {
    static final int MAX_SLOTS = 64;

    private static final long MAGIC = 0x45535546_54534446L; // "FDSTFUSE" on a little-endian machine
    private static final int LAYOUT = 2;
    private static final int PAGE = SharedMemory.PAGE;
    private static final int MAX_MAX_WRITE = 1 << 20; // FUSE_MAX_MAX_PAGES of 4 KiB

    private static final int OFFSET_MAGIC = 0;
    private static final int OFFSET_LAYOUT = 8;
    private static final int OFFSET_SLOTS = 12;
    private static final int OFFSET_MAX_WRITE = 16;
    private static final int END_OF_SIZES = 20;
    private static final int OFFSET_SIZES_CHECKSUM = 20;
    private static final int OFFSET_AGREED = 32;
    private static final int OFFSET_MINOR = 36;
    private static final int OFFSET_READAHEAD = 40;
    private static final int OFFSET_FLAGS = 48;
    private static final int END_OF_AGREED = 56;
    private static final int OFFSET_AGREED_CHECKSUM = 56;
    private static final int OFFSET_REDO = 128;

    private final SharedMemory memory;
    private final ByteBuffer head;
    private final List<Slot> slots;
    private final Lookups lookups;

    private StateMemory(SharedMemory memory, ByteBuffer head) throws IOException {
        this.memory = memory;
        this.head = head;
        int size = Slot.size(maxWrite());
        int count = head.getInt(OFFSET_SLOTS);
        ByteBuffer journal = memory.map(PAGE, count * size);
        memory.lock(journal);
        this.slots = IntStream.range(0, count)
                .mapToObj(i -> new Slot(i, journal.slice(i * size, size), maxWrite()))
                .toList();
        this.lookups = new Lookups(memory, sizeOfJournal(count, maxWrite()), head.slice(OFFSET_REDO, Redo.SIZE), slots);
    }

    /** A new one for so many requests at once, which carry at most {@code maxWrite} bytes of data. */
    static StateMemory create(int slots, int maxWrite) throws IOException {
        SharedMemory memory = SharedMemory.create(sizeOfJournal(slots, maxWrite));
        try {
            ByteBuffer head = memory.map(0, PAGE);
            head.putLong(OFFSET_MAGIC, MAGIC)
                    .putInt(OFFSET_LAYOUT, LAYOUT)
                    .putInt(OFFSET_SLOTS, slots)
                    .putInt(OFFSET_MAX_WRITE, maxWrite);
            head.putInt(OFFSET_SIZES_CHECKSUM, checksum(head, 0, END_OF_SIZES));
            return new StateMemory(memory, head);
        } catch (IOException | RuntimeException e) {
            memory.close();
            throw e;
        }
    }

    /**
     * One that an earlier server left; closes {@code fd} when it is closed, or when this fails.
     *
     * @throws BadStateException if it cannot be used
     */
    static StateMemory adopt(Fd fd) throws IOException {
        requireNonNull(fd, "fd is null");
        SharedMemory memory;
        try {
            memory = SharedMemory.adopt(fd);
        } catch (IOException | RuntimeException e) {
            fd.close();
            throw e;
        }
        try {
            long size = memory.size();
            if (size < PAGE) {
                throw new BadStateException("it has %,d bytes, less than its head takes".formatted(size));
            }
            ByteBuffer head = memory.map(0, PAGE);
            checkHead(head, size);
            StateMemory state = new StateMemory(memory, head);
            state.checkSlots();
            return state;
        } catch (IOException | RuntimeException e) {
            memory.close();
            throw e;
        }
    }

    private static void checkHead(ByteBuffer head, long size) throws BadStateException {
        if (head.getLong(OFFSET_MAGIC) != MAGIC) {
            throw new BadStateException("it does not begin with the magic number of such a memory");
        }
        int layout = head.getInt(OFFSET_LAYOUT);
        if (layout != LAYOUT) {
            throw new BadStateException(("its layout is of version %d, and this server understands version %d: start"
                            + " a server of the version that began the session")
                    .formatted(layout, LAYOUT));
        }
        int slots = head.getInt(OFFSET_SLOTS);
        int maxWrite = head.getInt(OFFSET_MAX_WRITE);
        if (head.getInt(OFFSET_SIZES_CHECKSUM) != checksum(head, 0, END_OF_SIZES)
                || slots < 1
                || slots > MAX_SLOTS
                || maxWrite < PAGE
                || maxWrite > MAX_MAX_WRITE) {
            throw new BadStateException("its head is damaged: the checksum does not match");
        }
        if (head.getInt(OFFSET_AGREED) != 0
                && head.getInt(OFFSET_AGREED_CHECKSUM) != checksum(head, OFFSET_AGREED, END_OF_AGREED)) {
            throw new BadStateException("what was agreed on with the kernel is damaged: the checksum does not match");
        }
        long journal = sizeOfJournal(slots, maxWrite);
        if (size < journal || (size - journal) % Lookups.CHUNK != 0) {
            throw new BadStateException("it has %,d bytes, and its head tells of %,d for a journal of %d requests"
                    .formatted(size, journal, slots));
        }
    }

    private void checkSlots() throws BadStateException {
        for (Slot slot : slots) {
            if (!slot.isSound()) {
                throw new BadStateException("slot %d of the journal is damaged: it has a request of %d bytes"
                        .formatted(slot.number(), slot.requestLength()));
            }
        }
    }

    Fd fd() {
        return memory.fd();
    }

    int maxWrite() {
        return head.getInt(OFFSET_MAX_WRITE);
    }

    List<Slot> slots() {
        return slots;
    }

    Lookups lookups() {
        return lookups;
    }

    /** What was agreed on, if INIT was answered. */
    Optional<Negotiated> negotiated() {
        if (head.getInt(OFFSET_AGREED) == 0) {
            return Optional.empty();
        }
        return Optional.of(new Negotiated(
                head.getInt(OFFSET_MINOR), head.getLong(OFFSET_FLAGS), head.getInt(OFFSET_READAHEAD), maxWrite()));
    }

    /** Comes before the answer to INIT; if that is replayed, once more. */
    void negotiated(Negotiated agreed) {
        head.putInt(OFFSET_AGREED, 0);
        Fence.order();
        head.putInt(OFFSET_MINOR, agreed.minor())
                .putLong(OFFSET_FLAGS, agreed.flags())
                .putInt(OFFSET_READAHEAD, agreed.maxReadahead());
        ByteBuffer copy = ByteBuffer.allocate(PAGE).order(head.order()).put(0, head, 0, PAGE);
        head.putInt(OFFSET_AGREED_CHECKSUM, checksum(copy.putInt(OFFSET_AGREED, 1), OFFSET_AGREED, END_OF_AGREED));
        Fence.order();
        head.putInt(OFFSET_AGREED, 1);
    }

    @Override
    public void close() throws IOException {
        memory.close();
    }

    private static int checksum(ByteBuffer memory, int begin, int end) {
        CRC32C crc = new CRC32C();
        crc.update(memory.slice(begin, end - begin));
        return (int) crc.getValue();
    }

    private static long sizeOfJournal(int slots, int maxWrite) {
        return PAGE + (long) slots * Slot.size(maxWrite);
    }
}
