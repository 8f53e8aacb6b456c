// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.internal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * How large the pages of memory are, as the kernel tells each program (getauxval(3)). On amd64 it is always 4 KiB;
 * an arm64 kernel is built for 4, 16 or 64 KiB.
 */
public final class PageSize {
    /** The least and the most that a kernel is built for, on the machines that {@link Linux} knows. */
    public static final int SMALLEST = 4 * 1024;

    public static final int LARGEST = 64 * 1024;

    private static final Path AUXILIARY_VECTOR = Path.of("/proc/self/auxv");
    private static final long AT_NULL = 0;
    private static final long AT_PAGESZ = 6;

    private PageSize() {}

    /** Put off to the first use, so that nothing is read where nobody asks. */
    private static final class Here {
        private static final int SIZE = read();
    }

    /** That of this machine. */
    public static int ofMachine() {
        return Here.SIZE;
    }

    private static int read() {
        try {
            return in(ByteBuffer.wrap(Files.readAllBytes(AUXILIARY_VECTOR)).order(ByteOrder.nativeOrder()));
        } catch (IOException e) {
            throw new UncheckedIOException("the size of the pages of memory is not known: " + e.getMessage(), e);
        }
    }

    /** What an auxiliary vector says: pairs of a type and a value, of eight bytes each. */
    static int in(ByteBuffer vector) throws IOException {
        while (vector.remaining() >= 2 * Long.BYTES) {
            long type = vector.getLong();
            long value = vector.getLong();
            if (type == AT_PAGESZ) {
                return check(value);
            } else if (type == AT_NULL) {
                break;
            }
        }
        throw new IOException(AUXILIARY_VECTOR + " does not say it");
    }

    private static int check(long size) throws IOException {
        if (Long.bitCount(size) != 1 || size < SMALLEST || size > LARGEST) {
            throw new IOException("pages of %,d bytes, where %,d to %,d are known; use a kernel with such pages"
                    .formatted(size, SMALLEST, LARGEST));
        }
        return (int) size;
    }
}
