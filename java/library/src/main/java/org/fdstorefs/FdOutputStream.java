// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.fdstorefs.internal.Linux;

/** Writes through a small direct buffer, which is empty between calls. */
final class FdOutputStream extends OutputStream {
    private static final int CHUNK = 8192;

    private final Fd fd;
    private final ByteBuffer chunk = ByteBuffer.allocateDirect(CHUNK);

    FdOutputStream(Fd fd) {
        this.fd = fd;
    }

    @Override
    public void write(int b) throws IOException {
        chunk.clear().put((byte) b);
        drain();
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        int end = offset + length;
        for (int at = offset; at < end; at += CHUNK) {
            chunk.clear().put(bytes, at, Math.min(CHUNK, end - at));
            drain();
        }
    }

    private void drain() throws IOException {
        chunk.flip();
        while (chunk.hasRemaining()) {
            if (fd.write(chunk) == 0) {
                fd.await(Linux.POLLOUT);
            }
        }
    }

    @Override
    public void close() throws IOException {
        fd.close();
    }
}
