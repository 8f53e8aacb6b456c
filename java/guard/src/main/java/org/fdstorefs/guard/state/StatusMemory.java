// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.guard.state;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.fdstorefs.Fd;
import org.fdstorefs.fuse.BadStateException;
import org.fdstorefs.fuse.state.Fence;
import org.fdstorefs.fuse.state.SharedMemory;

/**
 * What a guard does, in a memory that others may look at, and by which they may tell it to give up. Each field is
 * a number of its own; together they need not be of one moment. Thread-safe.
 */
public final class StatusMemory implements AutoCloseable {
    private static final int SIZE = 4096; // of the file; at least a page is mapped
    private static final long MAGIC = 0x54415453_54534446L; // "FDSTSTAT" on a little-endian machine

    private final SharedMemory memory;
    private final ByteBuffer fields;

    /** The fields, and where they are in the memory. */
    public enum Field {
        GUARD(8),
        SERVER(16),
        STARTS(24),
        NODES(32),
        HANDLES(40),
        PENDING_BYTES(48),
        LAST_STALL_MILLIS(56),
        LONGEST_STALL_MILLIS(64),
        LOST_HANDLES(72),
        FAILED_REQUESTS(80),
        GIVE_UP(88);

        private final int offset;

        Field(int offset) {
            this.offset = offset;
        }
    }

    private StatusMemory(SharedMemory memory) throws IOException {
        this.memory = memory;
        this.fields = memory.map(0, SIZE).order(ByteOrder.nativeOrder());
    }

    /** Makes a new one, of zeros. */
    public static StatusMemory create() throws IOException {
        SharedMemory memory = SharedMemory.create(SIZE);
        try {
            StatusMemory status = new StatusMemory(memory);
            status.fields.putLong(0, MAGIC); // plain, as nobody has it yet
            return status;
        } catch (Throwable e) {
            memory.close();
            throw e;
        }
    }

    /** Looks at that of a guard; closes {@code fd} even if this fails. */
    public static StatusMemory adopt(Fd fd) throws IOException {
        requireNonNull(fd, "fd is null");
        try {
            SharedMemory memory = SharedMemory.adopt(fd);
            if (memory.size() != SIZE) {
                throw new BadStateException("the status has %,d bytes, not %,d".formatted(memory.size(), SIZE));
            }
            StatusMemory status = new StatusMemory(memory);
            if (status.fields.getLong(0) != MAGIC) {
                throw new BadStateException("the status does not begin with its magic number");
            }
            return status;
        } catch (Throwable e) {
            fd.close();
            throw e;
        }
    }

    public Fd fd() {
        return memory.fd();
    }

    public long get(Field field) {
        return Fence.acquire(fields, field.offset);
    }

    public void set(Field field, long value) {
        Fence.release(fields, field.offset, value);
    }

    public synchronized void add(Field field, long value) {
        set(field, get(field) + value);
    }

    @Override
    public void close() throws IOException {
        memory.close();
    }
}
