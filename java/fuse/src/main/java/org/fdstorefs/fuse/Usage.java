// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.fuse;

import org.jspecify.annotations.Nullable;

/**
 * What statfs(2), and hence df(1), reports about a file system.
 *
 * <pre>{@code
 * Usage.builder().blocks(1000).freeBlocks(400).availableBlocks(400).build()
 * }</pre>
 *
 * <p>Immutable.
 */
public final class Usage {
    /** Of a file system that counts nothing: zeros, with names of up to 255 bytes. */
    public static final Usage UNKNOWN = builder().build();

    private final long blocks;
    private final long freeBlocks;
    private final long availableBlocks;
    private final long files;
    private final long freeFiles;
    private final int blockSize;
    private final int nameLength;
    private final int fragmentSize;

    private Usage(Builder builder) {
        blocks = builder.blocks;
        freeBlocks = builder.freeBlocks;
        availableBlocks = builder.availableBlocks;
        files = builder.files;
        freeFiles = builder.freeFiles;
        blockSize = builder.blockSize;
        nameLength = builder.nameLength;
        fragmentSize = builder.fragmentSize;
    }

    /** Begins with {@link #UNKNOWN}. */
    public static Builder builder() {
        return new Builder();
    }

    /** How much there is room for, in units of {@link #fragmentSize}. */
    public long blocks() {
        return blocks;
    }

    /** How much of it is free. */
    public long freeBlocks() {
        return freeBlocks;
    }

    /** How much of it is free for users other than root. */
    public long availableBlocks() {
        return availableBlocks;
    }

    /** How many files there can be. */
    public long files() {
        return files;
    }

    /** How many more there can be. */
    public long freeFiles() {
        return freeFiles;
    }

    /** The preferred size of an I/O. */
    public int blockSize() {
        return blockSize;
    }

    /** How many bytes a name has at most. */
    public int nameLength() {
        return nameLength;
    }

    /** The unit of the counts of blocks. */
    public int fragmentSize() {
        return fragmentSize;
    }

    @SuppressWarnings("exports") // to require the annotation transitively would make users need it, too
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Usage u
                && blocks == u.blocks
                && freeBlocks == u.freeBlocks
                && availableBlocks == u.availableBlocks
                && files == u.files
                && freeFiles == u.freeFiles
                && blockSize == u.blockSize
                && nameLength == u.nameLength
                && fragmentSize == u.fragmentSize;
    }

    @Override
    public int hashCode() {
        return Long.hashCode(31 * (31 * blocks + freeBlocks) + freeFiles);
    }

    /** For a person to read. */
    @Override
    public String toString() {
        return "blocks %d free %d available %d files %d free %d block size %d name length %d fragment size %d"
                .formatted(blocks, freeBlocks, availableBlocks, files, freeFiles, blockSize, nameLength, fragmentSize);
    }

    /** Collects numbers. Not thread-safe. */
    public static final class Builder {
        private long blocks;
        private long freeBlocks;
        private long availableBlocks;
        private long files;
        private long freeFiles;
        private int blockSize = 4096;
        private int nameLength = 255;
        private int fragmentSize = 4096;

        private Builder() {}

        /** How much there is room for, in units of {@link #fragmentSize}. */
        public Builder blocks(long count) {
            blocks = count;
            return this;
        }

        /** How much of it is free. */
        public Builder freeBlocks(long count) {
            freeBlocks = count;
            return this;
        }

        /** How much of it is free for users other than root. */
        public Builder availableBlocks(long count) {
            availableBlocks = count;
            return this;
        }

        /** How many files there can be. */
        public Builder files(long count) {
            files = count;
            return this;
        }

        /** How many more there can be. */
        public Builder freeFiles(long count) {
            freeFiles = count;
            return this;
        }

        /** The preferred size of an I/O; 4096 if this is not called. */
        public Builder blockSize(int bytes) {
            blockSize = bytes;
            return this;
        }

        /** How many bytes a name has at most; 255 if this is not called. */
        public Builder nameLength(int bytes) {
            nameLength = bytes;
            return this;
        }

        /** The unit of the counts of blocks; 4096 if this is not called. */
        public Builder fragmentSize(int bytes) {
            fragmentSize = bytes;
            return this;
        }

        /** The numbers as they are now; the builder may be used further. */
        public Usage build() {
            return new Usage(this);
        }
    }
}
