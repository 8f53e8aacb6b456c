// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ReadOnlyBufferException;
import org.fdstorefs.internal.Linux;
import org.fdstorefs.internal.Sys;
import org.fdstorefs.internal.SysErrors;

/** read(2), write(2) and poll(2) with the manners of {@link java.nio.channels}. */
final class Transfer {
    private static final int EINTR = -Errno.EINTR.number();
    private static final int EAGAIN = -Errno.EAGAIN.number();
    private static final int END_OF_FILE = -1;
    private static final int FOR_EVER = -1;

    private Transfer() {}

    static int read(Sys sys, int fd, ByteBuffer buffer) throws IOException {
        if (buffer.isReadOnly()) {
            throw new ReadOnlyBufferException();
        }
        long address = address(buffer);
        if (!buffer.hasRemaining()) {
            return 0;
        }
        int size = buffer.remaining();
        boolean elsewhere = mayPin(sys, fd);
        long count;
        do {
            count = elsewhere ? PlatformThreads.call(() -> sys.read(fd, address, size)) : sys.read(fd, address, size);
        } while (count == EINTR);
        return count == 0 ? END_OF_FILE : advance(buffer, count, "read", fd);
    }

    static int write(Sys sys, int fd, ByteBuffer buffer) throws IOException {
        long address = address(buffer);
        int size = buffer.remaining();
        boolean elsewhere = mayPin(sys, fd);
        long count;
        do {
            count = elsewhere ? PlatformThreads.call(() -> sys.write(fd, address, size)) : sys.write(fd, address, size);
        } while (count == EINTR);
        return advance(buffer, count, "write", fd);
    }

    static void await(Sys sys, int fd, int events) throws IOException {
        boolean elsewhere = PlatformThreads.areNeeded();
        int ready;
        do {
            ready = elsewhere
                    ? (int) PlatformThreads.call(() -> sys.poll(fd, events, FOR_EVER))
                    : sys.poll(fd, events, FOR_EVER);
        } while (ready == EINTR);
        if (ready < 0) {
            throw SysErrors.exception(ready, "poll", "fd " + fd);
        }
    }

    /**
     * Whether a read or write would keep the carrier of a virtual thread waiting. That poll(2) finds
     * the file ready would not do: another reader may be faster, and a large write waits for room.
     */
    private static boolean mayPin(Sys sys, int fd) {
        return PlatformThreads.areNeeded() && (sys.fcntl(fd, Linux.F_GETFL, 0) & Linux.O_NONBLOCK) == 0;
    }

    /** The address of the position; good while the buffer is reachable. */
    private static long address(ByteBuffer buffer) {
        if (!buffer.isDirect()) {
            throw new IllegalArgumentException("not a direct buffer: " + buffer);
        }
        return Sys.address(buffer) + buffer.position();
    }

    private static int advance(ByteBuffer buffer, long count, String call, int fd) throws IOException {
        if (count == EAGAIN) {
            return 0;
        } else if (count < 0) {
            throw SysErrors.exception(count, call, "fd " + fd);
        }
        buffer.position(buffer.position() + (int) count);
        return (int) count;
    }
}
