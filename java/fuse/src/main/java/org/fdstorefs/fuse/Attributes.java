// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.fuse;

import static java.util.Objects.requireNonNull;

import java.time.Instant;

/**
 * What stat(2) reports about a file. Make one with {@link #builder}:
 *
 * <pre>{@code
 * Attributes.builder(inode, Attributes.REGULAR | 0644).size(4097).modified(Instant.now()).build()
 * }</pre>
 *
 * @param inode the number that programs see as {@code st_ino}; need not be the node id
 * @param mode type and permission bits as in {@code st_mode}
 * @param size how many bytes the file has
 * @param blocks allocated units of 512 bytes
 * @param accessed when the file was last read
 * @param modified when the contents were last changed
 * @param changed when anything of the file was last changed
 * @param links how many names the file has
 * @param uid the user that owns the file
 * @param gid the group that owns the file
 * @param device of a device node, in the kernel's 32-bit encoding; else 0
 * @param blockSize the preferred size of an I/O
 */
public record Attributes(
        long inode,
        int mode,
        long size,
        long blocks,
        Instant accessed,
        Instant modified,
        Instant changed,
        int links,
        int uid,
        int gid,
        int device,
        int blockSize) {
    /** The bits of {@link #mode} that hold the type of a file. */
    public static final int TYPE_MASK = 0170000;

    /** {@link #type} of a directory. */
    public static final int DIRECTORY = 0040000;

    /** {@link #type} of a regular file. */
    public static final int REGULAR = 0100000;

    /** {@link #type} of a symbolic link. */
    public static final int SYMBOLIC_LINK = 0120000;

    /** Refuses a missing time. */
    public Attributes {
        requireNonNull(accessed, "accessed is null");
        requireNonNull(modified, "modified is null");
        requireNonNull(changed, "changed is null");
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

    /** The type bits of the mode. */
    public int type() {
        return mode & TYPE_MASK;
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
            return new Attributes(
                    inode, mode, size, blocks, accessed, modified, changed, links, uid, gid, device, blockSize);
        }
    }
}
