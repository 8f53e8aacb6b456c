// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.fuse;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.fdstorefs.Fd;
import org.fdstorefs.internal.Sys;
import org.fdstorefs.internal.SysErrors;

/**
 * A memfd that is mapped piece by piece. It may grow, but is sealed against shrinking, so that
 * nobody's mapping can fault.
 */
final class SharedMemory implements AutoCloseable {
    static final int PAGE = 4096;

    private static final int SEALS = Libc.F_SEAL_SEAL | Libc.F_SEAL_SHRINK;
    private static final String WHAT = "state memory";

    private final Fd fd;
    private final List<ByteBuffer> pieces = new ArrayList<>();

    private SharedMemory(Fd fd) {
        this.fd = fd;
    }

    /** A new one of zeros. */
    static SharedMemory create(long size) throws IOException {
        byte[] name = {'f', 'u', 's', 'e', '-', 's', 't', 'a', 't', 'e', 0};
        int number = Libc.memfd_create(name, Libc.MFD_CLOEXEC | Libc.MFD_ALLOW_SEALING);
        SharedMemory memory = new SharedMemory(Fd.adopt((int) check(number, "memfd_create")));
        try {
            memory.resize(size);
            int sealed = Sys.system().fcntl(memory.fd.intValue(), Libc.F_ADD_SEALS, SEALS);
            if (sealed < 0) {
                throw SysErrors.exception(sealed, "fcntl F_ADD_SEALS", WHAT);
            }
            return memory;
        } catch (IOException | RuntimeException e) {
            memory.closeAfter(e);
            throw e;
        }
    }

    /** One that is there; closes {@code fd} when it is closed, but not when this fails. */
    static SharedMemory adopt(Fd fd) throws IOException {
        requireNonNull(fd, "fd is null");
        int seals = Sys.system().fcntl(fd.intValue(), Libc.F_GET_SEALS, 0);
        if (seals < 0) {
            throw new BadStateException("it is no memfd");
        }
        if ((seals & Libc.F_SEAL_SHRINK) == 0) {
            throw new BadStateException("it is not sealed against shrinking");
        }
        return new SharedMemory(fd);
    }

    Fd fd() {
        return fd;
    }

    long size() throws IOException {
        return check(Libc.lseek(fd.intValue(), 0, Libc.SEEK_END), "lseek");
    }

    void resize(long size) throws IOException {
        check(Libc.ftruncate(fd.intValue(), size), "ftruncate");
    }

    /**
     * Maps a piece that begins at a page. Every page is written to, so that a signal finds no page
     * fault inside the kernel's copy of a request, which would fail that request.
     */
    ByteBuffer map(long offset, int length) throws IOException {
        int flags = Libc.MAP_SHARED | Libc.MAP_POPULATE;
        long address = check(Libc.mmap(0, length, Libc.PROT_READ_WRITE, flags, fd.intValue(), offset), "mmap");
        ByteBuffer piece = Sys.memory(address, length).order(ByteOrder.nativeOrder());
        pieces.add(piece);
        for (int page = 0; page < length; page += PAGE) {
            piece.put(page, piece.get(page));
        }
        return piece;
    }

    /**
     * Keeps a piece from being swapped out, for the same reason; if RLIMIT_MEMLOCK does not allow it,
     * that is a matter of luck.
     */
    void lock(ByteBuffer piece) {
        Libc.mlock(address(piece), piece.capacity());
    }

    /** Where a piece, or a part of one, is mapped. */
    static long address(ByteBuffer part) {
        return Sys.address(part);
    }

    @Override
    public void close() throws IOException {
        try {
            for (ByteBuffer piece : pieces) {
                check(Libc.munmap(address(piece), piece.capacity()), "munmap");
            }
        } finally {
            pieces.clear();
            fd.close();
        }
    }

    private void closeAfter(Exception failure) {
        try {
            close();
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }

    private static long check(long result, String call) throws IOException {
        if (result == -1) {
            throw SysErrors.exception(-Libc.errno(), call, WHAT);
        }
        return result;
    }
}
