// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;

/**
 * Hidden names: {@code .NAME.UNIQUE}, NAME cut so that the whole can be a name. Unique by process and
 * time; a caller tries the next if the kernel says that it is taken all the same.
 */
final class TemporaryName {
    /** How many are tried. */
    static final int TRIES = 100;

    private static final int NAME_MAX = 255; // linux/limits.h

    private TemporaryName() {}

    static byte[] of(byte[] name) {
        String unique = "." + Long.toString(ProcessHandle.current().pid(), Character.MAX_RADIX) + "."
                + Long.toUnsignedString(System.nanoTime(), Character.MAX_RADIX);
        byte[] suffix = unique.getBytes(US_ASCII);
        int length = Math.min(name.length, NAME_MAX - 1 - suffix.length);
        return ByteBuffer.allocate(1 + length + suffix.length)
                .put((byte) '.')
                .put(name, 0, length)
                .put(suffix)
                .array();
    }
}
