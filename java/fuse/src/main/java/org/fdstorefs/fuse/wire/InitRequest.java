// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.fuse.wire;

import java.nio.ByteBuffer;

/**
 * What the kernel offers when a connection begins: {@code struct fuse_init_in} of {@code
 * linux/fuse.h}.
 */
public record InitRequest(int major, int minor, int maxReadahead, long flags) {
    private static final int SHORT_SIZE = 16;

    public static InitRequest read(ByteBuffer in) {
        int major = in.getInt();
        int minor = in.getInt();
        if (in.remaining() < SHORT_SIZE - 8) {
            return new InitRequest(major, minor, 0, 0); // a major version that is not spoken here
        }
        int maxReadahead = in.getInt();
        long flags = Integer.toUnsignedLong(in.getInt());
        if (in.remaining() >= Integer.BYTES && (flags & InitFlags.INIT_EXT) != 0) {
            flags |= Integer.toUnsignedLong(in.getInt()) << 32;
        }
        return new InitRequest(major, minor, maxReadahead, flags);
    }
}
