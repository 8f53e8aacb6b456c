// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.fdstorefs.internal.Linux;

/** Reads through a small direct buffer, which is empty between calls: others share the offset. */
final class FdInputStream extends InputStream {
    private static final int CHUNK = 8192;

    private final Fd fd;
    private final ByteBuffer chunk = ByteBuffer.allocateDirect(CHUNK);

    FdInputStream(Fd fd) {
        this.fd = fd;
    }

    @Override
    public int read() throws IOException {
        return fill(1) < 0 ? -1 : Byte.toUnsignedInt(chunk.get());
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        if (length == 0) {
            return 0;
        }
        int count = fill(Math.min(length, CHUNK));
        if (count > 0) {
            chunk.get(bytes, offset, count);
        }
        return count;
    }

    /** Reads 1 to {@code limit} bytes, ready to be got from the chunk; -1 at the end of file. */
    private int fill(int limit) throws IOException {
        chunk.clear().limit(limit);
        int count;
        while ((count = fd.read(chunk)) == 0) {
            fd.await(Linux.POLLIN);
        }
        chunk.flip();
        return count;
    }

    @Override
    public void close() throws IOException {
        fd.close();
    }
}
