// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.fuse.state;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.fdstorefs.Fd;
import org.fdstorefs.fuse.BadStateException;
import org.fdstorefs.fuse.Bytes;
import org.fdstorefs.fuse.Identity;
import org.fdstorefs.fuse.OtherSessionException;
import org.fdstorefs.fuse.wire.Negotiated;
import org.fdstorefs.fuse.wire.RequestBody;
import org.fdstorefs.internal.PageSize;

/**
 * The beginning of the state memory: what it is and how it is laid out, what was agreed on at INIT,
 * the change of a count that is under way, and from the second page on the identity of the session.
 * The first {@link #FIELDS} bytes are the same whatever a page is. Checksums cover what does not change.
 */
public final class StateHead {
    private static final long MAGIC = 0x45535546_54534446L; // "FDSTFUSE" on a little-endian machine
    private static final int LAYOUT = 4;
    private static final int MAX_MAX_WRITE = 1 << 20; // FUSE_MAX_MAX_PAGES of 4 KiB

    private static final int OFFSET_MAGIC = 0;
    private static final int OFFSET_LAYOUT = 8;
    private static final int OFFSET_SLOTS = 12;
    private static final int OFFSET_MAX_WRITE = 16;
    private static final int OFFSET_IDENTITY_LENGTH = 20;
    private static final int OFFSET_PAGE = 24;
    private static final int END_OF_SIZES = 28;
    private static final int OFFSET_SIZES_CHECKSUM = 28;
    private static final int OFFSET_IDENTITY_CHECKSUM = 32;
    private static final int OFFSET_AGREED = 36;
    private static final int OFFSET_MINOR = 40;
    private static final int OFFSET_READAHEAD = 44;
    private static final int OFFSET_FLAGS = 48;
    private static final int END_OF_AGREED = 56;
    private static final int OFFSET_AGREED_CHECKSUM = 56;
    private static final int OFFSET_REDO = 128;
    private static final int FIELDS = OFFSET_REDO + Redo.SIZE;

    private final ByteBuffer memory;
    private final int page;
    private final int identityAt;

    /** What is in a memory, which is to be checked before it is believed. */
    StateHead(ByteBuffer memory, int page) {
        this.memory = requireNonNull(memory, "memory is null").order(ByteOrder.nativeOrder());
        this.page = page;
        this.identityAt = Layout.identity(page);
    }

    /** Refuses another identity than that of a state memory, which somebody else may be using. */
    public static void checkIdentity(Fd state, Identity own) throws IOException {
        checkIdentity(state, own, PageSize.ofMachine());
    }

    static void checkIdentity(Fd state, Identity own, int page) throws IOException {
        Identity stored = copy(state, page).identity();
        if (!stored.equals(own)) {
            throw new OtherSessionException(stored, own);
        }
    }

    /** What the session is about that a state memory has, which somebody else may be using. */
    public static Identity identityOf(Fd state) throws IOException {
        return copy(state, PageSize.ofMachine()).identity();
    }

    static StateHead copy(Fd state, int page) throws IOException {
        try (FileChannel file = SharedMemory.open(state)) {
            ByteBuffer copy = ByteBuffer.allocate(Layout.headSize(page));
            long position = 0;
            while (copy.hasRemaining() && file.read(copy, position) > 0) {
                position = copy.position();
            }
            StateHead head = new StateHead(copy.clear(), page);
            head.check(file.size());
            return head;
        }
    }

    /** Begins a new one. */
    void begin(int slots, int maxWrite, Identity identity) {
        byte[] words = encode(identity);
        memory.put(identityAt, words)
                .putLong(OFFSET_MAGIC, MAGIC)
                .putInt(OFFSET_LAYOUT, LAYOUT)
                .putInt(OFFSET_SLOTS, slots)
                .putInt(OFFSET_MAX_WRITE, maxWrite)
                .putInt(OFFSET_IDENTITY_LENGTH, words.length)
                .putInt(OFFSET_PAGE, page);
        memory.putInt(OFFSET_SIZES_CHECKSUM, checksum(memory, 0, END_OF_SIZES));
        memory.putInt(OFFSET_IDENTITY_CHECKSUM, checksum(memory, identityAt, identityAt + words.length));
    }

    /**
     * Refuses one that cannot be used, of a memory of so many bytes. Looks only at what does not change once the memory
     * is in a store, so somebody else may be using it.
     */
    void check(long size) throws BadStateException {
        if (size < FIELDS) {
            throw new BadStateException("it has %,d bytes, less than its head takes".formatted(size));
        }
        if (memory.getLong(OFFSET_MAGIC) != MAGIC) {
            throw new BadStateException("it does not begin with the magic number of such a memory");
        }
        int layout = memory.getInt(OFFSET_LAYOUT);
        if (layout != LAYOUT) {
            throw new BadStateException(("its layout is of version %d, and this server understands version %d: start"
                            + " a server of the version that began the session")
                    .formatted(layout, LAYOUT));
        }
        if (!hasChecksum()) {
            throw new BadStateException("its head is damaged: the checksum does not match");
        }
        checkPage();
        if (!hasSizes() || !hasIdentity()) {
            throw new BadStateException("its head is damaged: the checksum does not match");
        }
        long journal = layout().lookups();
        if (size < journal || (size - journal) % Lookups.CHUNK != 0) {
            throw new BadStateException("it has %,d bytes, and its head needs %,d for a journal of %d requests"
                    .formatted(size, journal, slots()));
        }
    }

    /** Only for who is in charge: what others see while it is being written is of two moments. */
    void checkAgreed() throws BadStateException {
        if (memory.getInt(OFFSET_AGREED) != 0
                && memory.getInt(OFFSET_AGREED_CHECKSUM) != checksum(memory, OFFSET_AGREED, END_OF_AGREED)) {
            throw new BadStateException("what was agreed on with the kernel is damaged: the checksum does not match");
        }
    }

    private boolean hasChecksum() {
        return memory.getInt(OFFSET_SIZES_CHECKSUM) == checksum(memory, 0, END_OF_SIZES);
    }

    private void checkPage() throws BadStateException {
        int stored = memory.getInt(OFFSET_PAGE);
        if (stored != page) {
            throw new BadStateException(
                    ("it is laid out for pages of %,d bytes, and this machine has pages of %,d bytes:"
                                    + " unmount the file system, and mount it anew")
                            .formatted(stored, page));
        }
    }

    private boolean hasSizes() {
        return slots() >= 1 && slots() <= StateMemory.MAX_SLOTS && maxWrite() >= page && maxWrite() <= MAX_MAX_WRITE;
    }

    private boolean hasIdentity() {
        int length = memory.getInt(OFFSET_IDENTITY_LENGTH);
        return length > 0
                && length <= Identity.MAX_SIZE
                && memory.get(identityAt + length - 1) == 0
                && memory.getInt(OFFSET_IDENTITY_CHECKSUM) == checksum(memory, identityAt, identityAt + length);
    }

    int slots() {
        return memory.getInt(OFFSET_SLOTS);
    }

    int maxWrite() {
        return memory.getInt(OFFSET_MAX_WRITE);
    }

    /** What the session is about. */
    Identity identity() {
        byte[] words = new byte[memory.getInt(OFFSET_IDENTITY_LENGTH)];
        memory.get(identityAt, words);
        return decode(words);
    }

    /** The words, with a NUL behind each. */
    static byte[] encode(Identity identity) {
        ByteBuffer out = ByteBuffer.allocate(Identity.MAX_SIZE);
        for (Bytes word : identity.words()) {
            word.writeTo(out);
            out.put((byte) 0);
        }
        return Arrays.copyOf(out.array(), out.position());
    }

    /** Reads what {@link #encode} wrote. */
    static Identity decode(byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        Identity identity = Identity.of(RequestBody.name(in).toString());
        while (in.hasRemaining()) {
            String[] part = RequestBody.name(in).toString().split("=", 2);
            identity = identity.with(part[0], part[1]);
        }
        return identity;
    }

    /** Where the change of a count is noted. */
    ByteBuffer redo() {
        return memory.slice(OFFSET_REDO, Redo.SIZE);
    }

    Layout layout() {
        return new Layout(page, slots(), maxWrite());
    }

    /** What was agreed on, if INIT was answered. */
    Optional<Negotiated> negotiated() {
        if (memory.getInt(OFFSET_AGREED) == 0) {
            return Optional.empty();
        }
        return Optional.of(new Negotiated(
                memory.getInt(OFFSET_MINOR),
                memory.getLong(OFFSET_FLAGS),
                memory.getInt(OFFSET_READAHEAD),
                maxWrite()));
    }

    /** Comes before the answer to INIT; if that is replayed, once more. */
    void negotiated(Negotiated agreed) {
        memory.putInt(OFFSET_AGREED, 0);
        Fence.order();
        memory.putInt(OFFSET_MINOR, agreed.minor())
                .putLong(OFFSET_FLAGS, agreed.flags())
                .putInt(OFFSET_READAHEAD, agreed.maxReadahead());
        ByteBuffer copy = ByteBuffer.allocate(FIELDS).order(memory.order()).put(0, memory, 0, FIELDS);
        memory.putInt(OFFSET_AGREED_CHECKSUM, checksum(copy.putInt(OFFSET_AGREED, 1), OFFSET_AGREED, END_OF_AGREED));
        Fence.order();
        memory.putInt(OFFSET_AGREED, 1);
    }

    private static int checksum(ByteBuffer memory, int begin, int end) {
        CRC32C crc = new CRC32C();
        crc.update(memory.slice(begin, end - begin));
        return (int) crc.getValue();
    }
}
