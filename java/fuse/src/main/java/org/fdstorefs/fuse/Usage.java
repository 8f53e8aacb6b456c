// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.fuse;

import java.nio.ByteBuffer;

/** What statfs(2) tells of a filesystem; counts of blocks are in units of {@code fragmentSize}. */
public record Usage(
        long blocks,
        long freeBlocks,
        long availableBlocks,
        long files,
        long freeFiles,
        int blockSize,
        int nameLength,
        int fragmentSize) {
    /** {@code struct fuse_kstatfs}, 80 bytes. */
    void write(ByteBuffer out) {
        out.putLong(blocks)
                .putLong(freeBlocks)
                .putLong(availableBlocks)
                .putLong(files)
                .putLong(freeFiles)
                .putInt(blockSize)
                .putInt(nameLength)
                .putInt(fragmentSize)
                .putInt(0); // padding
        for (int spare = 0; spare < 6; spare++) {
            out.putInt(0);
        }
    }
}
