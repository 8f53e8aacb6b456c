// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ReadOnlyBufferException;
import java.nio.channels.ByteChannel;
import java.util.concurrent.locks.ReentrantLock;
import org.fdstorefs.internal.Linux;
import org.jspecify.annotations.Nullable;

/** A channel over any descriptor, with read(2), write(2) and poll(2) alone; it owns its Fd. */
final class FdByteChannel implements ByteChannel {
    private static final int CHUNK = 8192;

    private final Fd fd;
    // Not monitors, which up to JDK 23 keep the carrier of a virtual thread.
    private final ReentrantLock reading = new ReentrantLock();
    private final ReentrantLock writing = new ReentrantLock();
    private @Nullable ByteBuffer readChunk;
    private @Nullable ByteBuffer writeChunk;

    FdByteChannel(Fd fd) {
        this.fd = fd;
    }

    @Override
    public int read(ByteBuffer buffer) throws IOException {
        reading.lock();
        try {
            if (buffer.isReadOnly()) {
                throw new ReadOnlyBufferException();
            } else if (buffer.isDirect()) {
                return fill(buffer);
            }
            readChunk = readChunk == null ? ByteBuffer.allocateDirect(CHUNK) : readChunk;
            // No more than fits: what is read into the chunk must all be handed out.
            readChunk.clear().limit(Math.min(CHUNK, buffer.remaining()));
            int count = fill(readChunk);
            buffer.put(readChunk.flip());
            return count;
        } finally {
            reading.unlock();
        }
    }

    private int fill(ByteBuffer direct) throws IOException {
        int count = fd.read(direct);
        while (count == 0 && direct.hasRemaining()) {
            fd.await(Linux.POLLIN);
            count = fd.read(direct);
        }
        return count;
    }

    @Override
    public int write(ByteBuffer buffer) throws IOException {
        writing.lock();
        try {
            int start = buffer.position();
            if (buffer.isDirect()) {
                drain(buffer);
            } else {
                drainByChunks(buffer);
            }
            return buffer.position() - start;
        } finally {
            writing.unlock();
        }
    }

    private void drainByChunks(ByteBuffer buffer) throws IOException {
        writeChunk = writeChunk == null ? ByteBuffer.allocateDirect(CHUNK) : writeChunk;
        do {
            int start = buffer.position();
            ByteBuffer part = buffer.duplicate().limit(start + Math.min(CHUNK, buffer.remaining()));
            writeChunk.clear().put(part).flip();
            try {
                drain(writeChunk);
            } finally {
                buffer.position(start + writeChunk.position());
            }
        } while (buffer.hasRemaining());
    }

    /** Makes at least one write: that of no bytes checks whether writing is possible. */
    private void drain(ByteBuffer direct) throws IOException {
        fd.write(direct);
        while (direct.hasRemaining()) {
            fd.await(Linux.POLLOUT);
            fd.write(direct);
        }
    }

    /** Another Fd for the same open file. */
    Fd duplicate() throws IOException {
        return fd.dup();
    }

    @Override
    public boolean isOpen() {
        return fd.isOpen();
    }

    @Override
    public void close() throws IOException {
        fd.close();
    }

    @Override
    public String toString() {
        return "channel of " + fd;
    }
}
