// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.fuse.wire;

import static java.util.Objects.requireNonNull;

import java.nio.ByteBuffer;
import java.util.Optional;
import org.fdstorefs.fuse.Attributes;
import org.fdstorefs.fuse.Bytes;
import org.fdstorefs.fuse.DirectoryFiller;
import org.fdstorefs.fuse.Entry;

/** Composes the reply to READDIR and READDIRPLUS: the names of a directory. */
public final class ReplyNames implements DirectoryFiller {
    private static final int HEADER = 24;

    private final ByteBuffer out;
    private final int end;
    private final Reply reply;
    private final Optional<Journaled> journal;
    private int entries;
    private boolean answered;

    private ReplyNames(ByteBuffer out, int size, Reply reply, Optional<Journaled> journal) {
        this.out = requireNonNull(out, "out is null");
        this.end = Math.min(out.position() + size, out.limit());
        this.reply = requireNonNull(reply, "reply is null");
        this.journal = journal;
    }

    /** Answers a READDIR. */
    static ReplyNames ofNames(ByteBuffer out, int size, Reply reply) {
        return new ReplyNames(out, size, reply, Optional.empty());
    }

    /** Answers a READDIRPLUS, and writes the notes of the entries to the journal. */
    static ReplyNames ofEntries(ByteBuffer out, int size, Reply reply, Journaled journal) {
        return new ReplyNames(out, size, reply, Optional.of(journal));
    }

    /** Refuses names from now on, since the handler has returned. */
    public void answered() {
        answered = true;
    }

    private void checkUnanswered() {
        if (answered) {
            throw new IllegalStateException("the request is answered");
        }
    }

    @Override
    public boolean wantsEntries() {
        return journal.isPresent();
    }

    @Override
    public boolean add(Bytes name, long inode, int mode, long next) {
        requireNonNull(name, "name is null");
        checkUnanswered();
        if (!hasRoom(name)) {
            return false;
        }
        if (wantsEntries()) {
            out.put(new byte[Reply.ENTRY_SIZE]); // node id 0: not looked up
            entries++;
        }
        addRecord(name, inode, mode, next);
        return true;
    }

    @Override
    public boolean add(Bytes name, Entry entry, long next) {
        requireNonNull(name, "name is null");
        requireNonNull(entry, "entry is null");
        checkUnanswered();
        if (!wantsEntries()) {
            return add(name, entry.attributes().inode(), entry.attributes().mode(), next);
        }
        if (!hasRoom(name)) {
            return false;
        }
        journal.get().note(entries++, entry.note());
        reply.entry(entry);
        addRecord(name, entry.attributes().inode(), entry.attributes().mode(), next);
        return true;
    }

    private boolean hasRoom(Bytes name) {
        return out.position() + (wantsEntries() ? Reply.ENTRY_SIZE : 0) + recordSize(name.length()) <= end;
    }

    /** {@code struct fuse_dirent} of {@code linux/fuse.h}. */
    private void addRecord(Bytes name, long inode, int mode, long next) {
        int start = out.position();
        out.putLong(inode).putLong(next).putInt(name.length()).putInt((mode & Attributes.TYPE_MASK) >> 12);
        name.writeTo(out);
        while (out.position() < start + recordSize(name.length())) {
            out.put((byte) 0);
        }
    }

    /** How many bytes a {@code struct fuse_dirent} takes with a name of this length. */
    static int recordSize(int nameLength) {
        return (HEADER + nameLength + 7) & ~7;
    }
}
