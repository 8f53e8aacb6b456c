// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.fuse.wire;

import static java.util.Objects.requireNonNull;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import org.fdstorefs.Errno;
import org.fdstorefs.fuse.Attributes;
import org.fdstorefs.fuse.Bytes;
import org.fdstorefs.fuse.Entry;
import org.fdstorefs.fuse.FuseException;
import org.fdstorefs.fuse.FuseFileSystem;
import org.fdstorefs.fuse.Opened;
import org.fdstorefs.fuse.Usage;

/**
 * Composes a reply in a buffer: a header, and the body that belongs to the opcode, as {@code linux/fuse.h} lays them
 * out. Each method appends one struct; {@link #end} or {@link #error} completes the reply.
 */
public final class Reply {
    /** The size of {@code struct fuse_out_header}. */
    public static final int HEADER_SIZE = 16;

    /** The size of {@code struct fuse_entry_out}. */
    static final int ENTRY_SIZE = 128;

    private final ByteBuffer out;
    private final FuseFileSystem files;

    /** Begins a reply at index 0 of a buffer. How long the kernel may cache it is up to the file system. */
    public Reply(ByteBuffer out, FuseFileSystem files) {
        this.out = requireNonNull(out, "out is null").clear().position(HEADER_SIZE);
        this.files = requireNonNull(files, "files is null");
    }

    /** Completes the reply, and returns its length. */
    public int end(long unique) {
        writeHeader(out, 0, unique);
        return out.position();
    }

    /** Composes a reply without a body in a whole buffer, with a positive errno or 0, and returns its length. */
    public static int error(ByteBuffer out, int errno, long unique) {
        writeHeader(out.clear().position(HEADER_SIZE), errno, unique);
        return HEADER_SIZE;
    }

    /** {@code struct fuse_out_header} of a reply that ends at the buffer's position. */
    private static void writeHeader(ByteBuffer out, int errno, long unique) {
        out.putInt(0, out.position()).putInt(4, -errno).putLong(8, unique);
    }

    /** {@code struct fuse_entry_out}: the answer to LOOKUP, and to each request that makes a file. */
    public void entry(Entry entry) {
        Duration entryValid = files.entryValid();
        Duration attributesValid = files.attributesValid();
        out.putLong(entry.nodeId())
                .putLong(entry.generation())
                .putLong(entryValid.getSeconds())
                .putLong(attributesValid.getSeconds())
                .putInt(entryValid.getNano())
                .putInt(attributesValid.getNano());
        write(entry.attributes());
    }

    /** {@code struct fuse_attr_out}: the answer to GETATTR and SETATTR. */
    public void attributes(Attributes attributes) {
        Duration valid = files.attributesValid();
        out.putLong(valid.getSeconds()).putInt(valid.getNano()).putInt(0);
        write(attributes);
    }

    /** {@code struct fuse_attr}, 88 bytes. */
    @SuppressWarnings("JavaInstantGetSecondsGetNano") // the seconds are three lines above
    private void write(Attributes attributes) {
        out.putLong(attributes.inode())
                .putLong(attributes.size())
                .putLong(attributes.blocks())
                .putLong(attributes.accessed().getEpochSecond())
                .putLong(attributes.modified().getEpochSecond())
                .putLong(attributes.changed().getEpochSecond())
                .putInt(attributes.accessed().getNano())
                .putInt(attributes.modified().getNano())
                .putInt(attributes.changed().getNano())
                .putInt(attributes.mode())
                .putInt(attributes.links())
                .putInt(attributes.uid())
                .putInt(attributes.gid())
                .putInt(attributes.device())
                .putInt(attributes.blockSize())
                .putInt(0);
    }

    /** {@code struct fuse_open_out}: the answer to OPEN, OPENDIR and, behind an entry, CREATE. */
    public void opened(Opened opened) {
        out.putLong(opened.handle()).putInt(opened.flags()).putInt(0);
    }

    /** {@code struct fuse_kstatfs}, 80 bytes: the answer to STATFS. */
    public void usage(Usage usage) {
        out.putLong(usage.blocks())
                .putLong(usage.freeBlocks())
                .putLong(usage.availableBlocks())
                .putLong(usage.files())
                .putLong(usage.freeFiles())
                .putInt(usage.blockSize())
                .putInt(usage.nameLength())
                .putInt(usage.fragmentSize())
                .putInt(0); // padding
        zeros(6 * Integer.BYTES); // spare
    }

    /** The answer to READLINK. */
    public void target(Bytes target) {
        target.writeTo(out);
    }

    /** {@code struct fuse_write_out}: the answer to WRITE and COPY_FILE_RANGE. */
    public void written(int count) {
        out.putInt(count).putInt(0);
    }

    /** {@code struct fuse_lseek_out}: the answer to LSEEK. */
    public void offset(long offset) {
        out.putLong(offset);
    }

    /** The room for the data of a READ; {@link #data(ByteBuffer)} appends what was put into it. */
    public ByteBuffer room(int size) {
        return out.slice(out.position(), Math.min(size, out.remaining()));
    }

    /** The answer to READ: the bytes before the position of {@link #room}. */
    public void data(ByteBuffer room) {
        out.position(out.position() + room.position());
    }

    /** The answer to READDIR: collects names. */
    public ReplyNames names(int size) {
        return ReplyNames.ofNames(out, size, this);
    }

    /** The answer to READDIRPLUS: collects entries, and notes theirs in the journal. */
    public ReplyNames entries(int size, Journaled journal) {
        return ReplyNames.ofEntries(out, size, this, journal);
    }

    /** The answer to GETXATTR, for a caller with so much room; one without room asks for the size. */
    public void extendedAttribute(byte[] value, int room) throws FuseException {
        if (room == 0) {
            out.putInt(value.length).putInt(0); // struct fuse_getxattr_out
        } else if (value.length > room) {
            throw new FuseException(Errno.ERANGE);
        } else {
            out.put(value);
        }
    }

    /** The answer to LISTXATTR, likewise: the names, with a NUL behind each. */
    public void extendedAttributes(List<Bytes> names, int room) throws FuseException {
        ByteBuffer list = ByteBuffer.allocate(
                names.stream().mapToInt(name -> name.length() + 1).sum());
        for (Bytes name : names) {
            name.writeTo(list);
            list.put((byte) 0);
        }
        extendedAttribute(list.array(), room);
    }

    /** {@code struct fuse_init_out}: the answer to INIT. */
    public void agreed(Negotiated agreed) {
        agreed.write(out);
    }

    /** Offers the kernel another major version, in which it asks again. */
    public void otherVersion() {
        out.putInt(Negotiated.MAJOR).putInt(Negotiated.MINOR);
        zeros(56);
    }

    private void zeros(int count) {
        out.put(new byte[count]);
    }
}
