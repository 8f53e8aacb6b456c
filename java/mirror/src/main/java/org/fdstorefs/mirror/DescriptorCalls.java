// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.mirror;

import static org.fdstorefs.mirror.Calls.checked;

import java.nio.ByteBuffer;
import org.fdstorefs.fuse.FuseException;

/** What is done with an open file. */
final class DescriptorCalls {
    /** One request is not to take for ever, and a multiple of every block size. */
    private static final long MAX_COPY = 16 << 20;

    private DescriptorCalls() {}

    static void read(int fd, long offset, ByteBuffer to) throws FuseException {
        long base = Libc.address(to);
        int start = to.position();
        while (to.hasRemaining()) {
            int position = to.position();
            int count = (int) checked(() -> Libc.pread(fd, base + position, to.remaining(), offset + position - start));
            if (count == 0) {
                return;
            }
            to.position(position + count);
        }
    }

    static int write(int fd, long offset, ByteBuffer from) throws FuseException {
        long base = Libc.address(from);
        int start = from.position();
        while (from.hasRemaining()) {
            int position = from.position();
            try {
                from.position(position
                        + (int) checked(
                                () -> Libc.pwrite(fd, base + position, from.remaining(), offset + position - start)));
            } catch (FuseException e) {
                if (position > start) {
                    break;
                }
                throw e;
            }
        }
        return from.position() - start;
    }

    static int copy(int fromFd, long from, int toFd, long to, long length, Scratch scratch) throws FuseException {
        return (int) checked(() -> {
            scratch.buffer().putLong(0, from).putLong(8, to);
            long offsets = scratch.address();
            return Libc.copy_file_range(fromFd, offsets, toFd, offsets + 8, Math.min(length, MAX_COPY), 0);
        });
    }
}
