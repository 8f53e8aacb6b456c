// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.fuse;

import static java.util.Objects.requireNonNull;

import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Collects the names that answer one READDIR or READDIRPLUS. For the thread of the handler, until that
 * has returned: later a name is refused with {@link IllegalStateException}.
 */
public final class DirectoryFiller {
    private static final int HEADER = 24;

    private final ByteBuffer out;
    private final int end;
    private final FuseFileSystem files;
    private final Optional<Journaled> journal;
    private int entries;
    private boolean answered;

    private DirectoryFiller(ByteBuffer out, int size, FuseFileSystem files, Optional<Journaled> journal) {
        this.out = requireNonNull(out, "out is null");
        this.end = Math.min(out.position() + size, out.limit());
        this.files = requireNonNull(files, "files is null");
        this.journal = journal;
    }

    /** Answers a READDIR. */
    static DirectoryFiller ofNames(ByteBuffer out, int size, FuseFileSystem files) {
        return new DirectoryFiller(out, size, files, Optional.empty());
    }

    /** Answers a READDIRPLUS; notes of entries go to the journal. */
    static DirectoryFiller ofEntries(ByteBuffer out, int size, FuseFileSystem files, Journaled journal) {
        return new DirectoryFiller(out, size, files, Optional.of(journal));
    }

    /** The handler has returned. */
    void answered() {
        answered = true;
    }

    private void checkUnanswered() {
        if (answered) {
            throw new IllegalStateException("the request is answered");
        }
    }

    /** Whether the kernel would like {@link #add(Bytes, Entry, long)} instead of mere names. */
    public boolean wantsEntries() {
        return journal.isPresent();
    }

    /**
     * Adds a name.
     *
     * @param next the offset at which a later READDIR goes on behind this name; not 0
     * @param mode whose type bits tell the type of the file
     * @return false if there was no room: the name was not added and no other will fit
     */
    public boolean add(Bytes name, long inode, int mode, long next) {
        requireNonNull(name, "name is null");
        checkUnanswered();
        if (out.position() + (wantsEntries() ? AttributesCodec.ENTRY_SIZE : 0) + recordSize(name) > end) {
            return false;
        }
        if (wantsEntries()) {
            out.put(new byte[AttributesCodec.ENTRY_SIZE]); // node id 0: not looked up
            entries++;
        }
        addRecord(name, inode, mode, next);
        return true;
    }

    /**
     * Adds a name and what {@link FuseFileSystem#lookup} would answer for it; not for "." and "..",
     * of which the kernel counts no lookup.
     *
     * @param next as above
     * @return false if there was no room: the name was not added and no other will fit
     */
    public boolean add(Bytes name, Entry entry, long next) {
        requireNonNull(name, "name is null");
        requireNonNull(entry, "entry is null");
        checkUnanswered();
        if (!wantsEntries()) {
            return add(name, entry.attributes().inode(), entry.attributes().mode(), next);
        }
        if (out.position() + AttributesCodec.ENTRY_SIZE + recordSize(name) > end) {
            return false;
        }
        journal.get().note(entries++, entry.note());
        AttributesCodec.writeEntry(out, entry, files.entryValid(), files.attributesValid());
        addRecord(name, entry.attributes().inode(), entry.attributes().mode(), next);
        return true;
    }

    /** {@code struct fuse_dirent} of {@code linux/fuse.h}. */
    private void addRecord(Bytes name, long inode, int mode, long next) {
        int start = out.position();
        out.putLong(inode).putLong(next).putInt(name.length()).putInt((mode & Attributes.TYPE_MASK) >> 12);
        name.writeTo(out);
        while (out.position() < start + recordSize(name)) {
            out.put((byte) 0);
        }
    }

    private static int recordSize(Bytes name) {
        return (HEADER + name.length() + 7) & ~7;
    }
}
