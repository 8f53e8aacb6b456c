// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.mirror;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.Optional;
import org.fdstorefs.fuse.AttributeChanges;

/** Memory for arguments and results of system calls; each thread has its own. */
final class Scratch {
    /** Also the largest extended attribute (XATTR_SIZE_MAX), and list of their names. */
    static final int SIZE = 65536;

    private static final int UTIME_NOW = 0x3fffffff;
    private static final int UTIME_OMIT = 0x3ffffffe;

    private final ByteBuffer buffer = ByteBuffer.allocateDirect(SIZE).order(ByteOrder.nativeOrder());
    private final long address = Libc.address(buffer);

    long address() {
        return address;
    }

    ByteBuffer buffer() {
        return buffer;
    }

    /** A copy of what is at the start. */
    byte[] copy(int length) {
        byte[] copy = new byte[length];
        buffer.get(0, copy);
        return copy;
    }

    /** Puts a {@code struct timespec} for utimensat(2). */
    @SuppressWarnings("JavaInstantGetSecondsGetNano") // Error Prone does not see the line above
    void putTime(int offset, Optional<Instant> time) {
        long seconds = 0;
        long nanos = UTIME_OMIT;
        if (time.isPresent() && time.get().equals(AttributeChanges.NOW)) {
            nanos = UTIME_NOW;
        } else if (time.isPresent()) {
            seconds = time.get().getEpochSecond();
            nanos = time.get().getNano();
        }
        buffer.putLong(offset, seconds).putLong(offset + 8, nanos);
    }
}
