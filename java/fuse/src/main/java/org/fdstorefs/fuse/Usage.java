// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.fuse;

/**
 * What statfs(2), and hence df(1), reports about a file system. Make one with {@link #builder}:
 *
 * <pre>{@code
 * Usage.builder().blocks(1000).freeBlocks(400).availableBlocks(400).build()
 * }</pre>
 *
 * @param blocks how much there is room for, in units of {@code fragmentSize}
 * @param freeBlocks how much of it is free
 * @param availableBlocks how much of it is free for users other than root
 * @param files how many files there can be
 * @param freeFiles how many more there can be
 * @param blockSize the preferred size of an I/O
 * @param nameLength how many bytes a name has at most
 * @param fragmentSize the unit of the counts of blocks
 */
public record Usage(
        long blocks,
        long freeBlocks,
        long availableBlocks,
        long files,
        long freeFiles,
        int blockSize,
        int nameLength,
        int fragmentSize) {
    /** Of a file system that counts nothing: zeros, with names of up to 255 bytes. */
    public static final Usage UNKNOWN = builder().build();

    /** Begins with {@link #UNKNOWN}. */
    public static Builder builder() {
        return new Builder();
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
            return new Usage(
                    blocks, freeBlocks, availableBlocks, files, freeFiles, blockSize, nameLength, fragmentSize);
        }
    }
}
