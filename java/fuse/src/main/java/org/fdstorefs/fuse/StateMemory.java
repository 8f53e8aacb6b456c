// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.fuse;

import static java.util.Objects.requireNonNull;

import com.sun.jna.Native;
import com.sun.jna.Pointer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import org.fdstorefs.Fd;
import org.fdstorefs.internal.Sys;
import org.fdstorefs.internal.SysErrors;

/**
 * What a server leaves to its successor: a memfd with what was agreed on at INIT, and the journal
 * of requests.
 *
 * <p>The first page has the head, then comes the {@link Slot}. Numbers have the byte order of the
 * machine. The file is sealed against a change of its size, so that nobody's mapping can fault.
 * Every page is written to before it is used, so that a signal finds no page fault inside the
 * kernel's copy of a request, which would fail that request.
 */
final class StateMemory implements AutoCloseable {
    private static final long MAGIC = 0x45535546_54534446L; // "FDSTFUSE" on a little-endian machine
    private static final int LAYOUT = 1;
    private static final int PAGE = 4096;
    private static final int SEALS = Libc.F_SEAL_SEAL | Libc.F_SEAL_SHRINK | Libc.F_SEAL_GROW;

    private static final int OFFSET_MAGIC = 0;
    private static final int OFFSET_LAYOUT = 8;
    private static final int OFFSET_AGREED = 12;
    private static final int OFFSET_MINOR = 16;
    private static final int OFFSET_READAHEAD = 20;
    private static final int OFFSET_FLAGS = 24;
    private static final int OFFSET_MAX_WRITE = 32;

    private final Fd fd;
    private final long address;
    private final ByteBuffer memory;

    private StateMemory(Fd fd, long address, ByteBuffer memory) {
        this.fd = fd;
        this.address = address;
        this.memory = memory;
    }

    /** A new one for requests that carry at most {@code maxWrite} bytes of data. */
    static StateMemory create(int maxWrite) throws IOException {
        byte[] name = {'f', 'u', 's', 'e', '-', 's', 't', 'a', 't', 'e', 0};
        int memfd = Libc.memfd_create(name, Libc.MFD_CLOEXEC | Libc.MFD_ALLOW_SEALING);
        Fd fd = Fd.adopt((int) check(memfd, "memfd_create"));
        try {
            long size = PAGE + Slot.size(maxWrite);
            check(Libc.ftruncate(fd.intValue(), size), "ftruncate");
            int sealed = Sys.system().fcntl(fd.intValue(), Libc.F_ADD_SEALS, SEALS);
            if (sealed < 0) {
                throw SysErrors.exception(sealed, "fcntl", "state memory");
            }
            StateMemory state = map(fd, size);
            state.memory.putInt(OFFSET_MAX_WRITE, maxWrite).putInt(OFFSET_LAYOUT, LAYOUT).putLong(OFFSET_MAGIC, MAGIC);
            return state;
        } catch (IOException | RuntimeException e) {
            closeAfter(e, fd);
            throw e;
        }
    }

    /** One that an earlier server left; closes {@code fd} when it is closed, or when this fails. */
    static StateMemory adopt(Fd fd) throws IOException {
        requireNonNull(fd, "fd is null");
        try {
            int seals = Sys.system().fcntl(fd.intValue(), Libc.F_GET_SEALS, 0);
            long size = check(Libc.lseek(fd.intValue(), 0, Libc.SEEK_END), "lseek");
            if (seals < 0 || (seals & SEALS) != SEALS || size <= PAGE || size > Integer.MAX_VALUE) {
                throw new IOException("this is not the state memory of a FUSE server");
            }
            StateMemory state = map(fd, size);
            if (state.memory.getLong(OFFSET_MAGIC) != MAGIC
                    || state.memory.getInt(OFFSET_LAYOUT) != LAYOUT
                    || size != PAGE + Slot.size(state.maxWrite())) {
                throw new IOException("the state memory was left by another version");
            }
            return state;
        } catch (IOException | RuntimeException e) {
            closeAfter(e, fd);
            throw e;
        }
    }

    private static StateMemory map(Fd fd, long size) throws IOException {
        int flags = Libc.MAP_SHARED | Libc.MAP_POPULATE;
        long address = check(Libc.mmap(0, size, Libc.PROT_READ_WRITE, flags, fd.intValue(), 0), "mmap");
        ByteBuffer memory = new Pointer(address).getByteBuffer(0, size).order(ByteOrder.nativeOrder());
        for (int page = 0; page < size; page += PAGE) {
            memory.put(page, memory.get(page));
        }
        return new StateMemory(fd, address, memory);
    }

    Fd fd() {
        return fd;
    }

    int maxWrite() {
        return memory.getInt(OFFSET_MAX_WRITE);
    }

    Slot slot() {
        return new Slot(memory.slice(PAGE, memory.capacity() - PAGE).order(ByteOrder.nativeOrder()), address + PAGE);
    }

    /** What was agreed on, if INIT was answered. */
    Optional<Negotiated> negotiated() {
        if (memory.getInt(OFFSET_AGREED) == 0) {
            return Optional.empty();
        }
        return Optional.of(new Negotiated(
                memory.getInt(OFFSET_MINOR),
                memory.getLong(OFFSET_FLAGS),
                memory.getInt(OFFSET_READAHEAD),
                maxWrite()));
    }

    void negotiated(Negotiated agreed) {
        memory.putInt(OFFSET_MINOR, agreed.minor())
                .putLong(OFFSET_FLAGS, agreed.flags())
                .putInt(OFFSET_READAHEAD, agreed.maxReadahead())
                .putInt(OFFSET_AGREED, 1);
    }

    @Override
    public void close() throws IOException {
        try {
            check(Libc.munmap(address, memory.capacity()), "munmap");
        } finally {
            fd.close();
        }
    }

    private static void closeAfter(Exception failure, Fd fd) {
        try {
            fd.close();
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }

    private static long check(long result, String call) throws IOException {
        if (result == -1) {
            throw SysErrors.exception(-Native.getLastError(), call, "state memory");
        }
        return result;
    }
}
