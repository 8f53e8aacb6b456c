// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.fuse.wire;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;

/**
 * Bytes as a little-endian machine has them on /dev/fuse. Spaces and new lines in hex are for the
 * reader.
 */
public final class Wire {
    private Wire() {}

    public static ByteBuffer bytes(String hex) {
        byte[] bytes = HexFormat.of().parseHex(hex.replaceAll("\\s", ""));
        return ByteBuffer.allocateDirect(bytes.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(bytes)
                .flip();
    }

    public static byte[] array(String hex) {
        return HexFormat.of().parseHex(stripped(hex));
    }

    public static ByteBuffer empty(int size) {
        return ByteBuffer.allocateDirect(size).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** What was written up to the position of a buffer. */
    public static String hex(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.position()];
        buffer.get(0, bytes);
        return HexFormat.of().formatHex(bytes);
    }

    public static String stripped(String hex) {
        return hex.replaceAll("\\s", "");
    }
}
