// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.fuse;

import java.nio.ByteBuffer;

/**
 * What every reply starts with: {@code struct fuse_out_header} of {@code linux/fuse.h}, 16 bytes.
 */
final class ReplyHeader {
    static final int SIZE = 16;

    private ReplyHeader() {}

    /**
     * Writes the header of a reply that ends at the buffer's position; {@code errno} is 0 or
     * positive.
     */
    static void write(ByteBuffer out, int errno, long unique) {
        out.putInt(0, out.position()).putInt(4, -errno).putLong(8, unique);
    }
}
