// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.fuse;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What stat(2) reports about a file.
 *
 * <pre>{@code
 * Attributes.builder(inode, Attributes.REGULAR | 0644).size(4097).modified(Instant.now()).build()
 * }</pre>
 *
 * <p>Immutable.
 */
public final class Attributes {
    /** The bits of {@link #mode} that hold the type of a file. */
    public static final int TYPE_MASK = 0170000;

    /** {@link #type} of a directory. */
    public static final int DIRECTORY = 0040000;

    /** {@link #type} of a regular file. */
    public static final int REGULAR = 0100000;

    /** {@link #type} of a symbolic link. */
    public static final int SYMBOLIC_LINK = 0120000;

    private final long inode;
    private final int mode;
    private final long size;
    private final long blocks;
    private final Instant accessed;
    private final Instant modified;
    private final Instant changed;
    private final int links;
    private final int uid;
    private final int gid;
    private final int device;
    private final int blockSize;

    private Attributes(Builder builder) {
        inode = builder.inode;
        mode = builder.mode;
        size = builder.size;
        blocks = builder.blocks;
        accessed = builder.accessed;
        modified = builder.modified;
        changed = builder.changed;
        links = builder.links;
        uid = builder.uid;
        gid = builder.gid;
        device = builder.device;
        blockSize = builder.blockSize;
    }

    /**
     * Begins to describe a file. By default it is empty, has one link, belongs to root, and its
     * times are {@link Instant#EPOCH}.
     *
     * @param inode the number that programs see as {@code st_ino}; need not be the node id
     * @param mode type and permission bits as in {@code st_mode}
     */
    public static Builder builder(long inode, int mode) {
        return new Builder(inode, mode);
    }

    /** Begins with these attributes. */
    public Builder toBuilder() {
        return new Builder(inode, mode)
                .size(size)
                .blocks(blocks)
                .accessed(accessed)
                .modified(modified)
                .changed(changed)
                .links(links)
                .uid(uid)
                .gid(gid)
                .device(device)
                .blockSize(blockSize);
    }

    /** The number that programs see as {@code st_ino}. */
    public long inode() {
        return inode;
    }

    /** Type and permission bits as in {@code st_mode}. */
    public int mode() {
        return mode;
    }

    /** The type bits of the mode. */
    public int type() {
        return mode & TYPE_MASK;
    }

    /** How many bytes the file has. */
    public long size() {
        return size;
    }

    /** Allocated units of 512 bytes. */
    public long blocks() {
        return blocks;
    }

    /** When the file was last read. */
    public Instant accessed() {
        return accessed;
    }

    /** When the contents were last changed. */
    public Instant modified() {
        return modified;
    }

    /** When anything of the file was last changed. */
    public Instant changed() {
        return changed;
    }

    /** How many names the file has. */
    public int links() {
        return links;
    }

    /** The user that owns the file. */
    public int uid() {
        return uid;
    }

    /** The group that owns the file. */
    public int gid() {
        return gid;
    }

    /** Of a device node, in the kernel's 32-bit encoding; else 0. */
    public int device() {
        return device;
    }

    /** The preferred size of an I/O. */
    public int blockSize() {
        return blockSize;
    }

    @SuppressWarnings("exports") // to require the annotation transitively would make users need it, too
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Attributes a
                && inode == a.inode
                && mode == a.mode
                && size == a.size
                && blocks == a.blocks
                && accessed.equals(a.accessed)
                && modified.equals(a.modified)
                && changed.equals(a.changed)
                && links == a.links
                && uid == a.uid
                && gid == a.gid
                && device == a.device
                && blockSize == a.blockSize;
    }

    @Override
    public int hashCode() {
        return Long.hashCode(31 * inode + size) ^ mode ^ modified.hashCode();
    }

    /** For a person to read. */
    @Override
    public String toString() {
        return "inode %d mode %o size %d blocks %d accessed %s modified %s changed %s links %d owner %d:%d device %x"
                        .formatted(inode, mode, size, blocks, accessed, modified, changed, links, uid, gid, device)
                + " block size " + blockSize;
    }

    /** Collects attributes. Not thread-safe. */
    public static final class Builder {
        private static final int UNIT = 512;

        private final long inode;
        private final int mode;
        private long size;
        private long blocks;
        private Instant accessed = Instant.EPOCH;
        private Instant modified = Instant.EPOCH;
        private Instant changed = Instant.EPOCH;
        private int links = 1;
        private int uid;
        private int gid;
        private int device;
        private int blockSize = 4096;

        private Builder(long inode, int mode) {
            this.inode = inode;
            this.mode = mode;
        }

        /** How many bytes the file has; also sets {@link #blocks} to as many as that takes. */
        public Builder size(long bytes) {
            size = bytes;
            blocks = (bytes + UNIT - 1) / UNIT;
            return this;
        }

        /** Allocated units of 512 bytes, if they do not follow from {@link #size}. */
        public Builder blocks(long units) {
            blocks = units;
            return this;
        }

        /** When the file was last read. */
        public Builder accessed(Instant time) {
            accessed = requireNonNull(time, "accessed is null");
            return this;
        }

        /** When the contents were last changed. */
        public Builder modified(Instant time) {
            modified = requireNonNull(time, "modified is null");
            return this;
        }

        /** When anything of the file was last changed. */
        public Builder changed(Instant time) {
            changed = requireNonNull(time, "changed is null");
            return this;
        }

        /** How many names the file has. */
        public Builder links(int names) {
            links = names;
            return this;
        }

        /** The user that owns the file. */
        public Builder uid(int user) {
            uid = user;
            return this;
        }

        /** The group that owns the file. */
        public Builder gid(int group) {
            gid = group;
            return this;
        }

        /** Of a device node, in the kernel's 32-bit encoding. */
        public Builder device(int number) {
            device = number;
            return this;
        }

        /** The preferred size of an I/O; 4096 if this is not called. */
        public Builder blockSize(int bytes) {
            blockSize = bytes;
            return this;
        }

        /** The attributes as they are now; the builder may be used further. */
        public Attributes build() {
            return new Attributes(this);
        }
    }
}
