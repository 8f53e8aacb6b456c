// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.fuse.state;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.fdstorefs.Fd;
import org.fdstorefs.fuse.BadStateException;
import org.fdstorefs.internal.Linux;
import org.fdstorefs.internal.PageSize;
import org.fdstorefs.internal.Sys;
import org.fdstorefs.internal.SysErrors;
import org.fdstorefs.internal.SyscallNumber;
import org.fdstorefs.internal.SystemCall;
import org.fdstorefs.internal.UnnamedSys;

/**
 * A memfd that is mapped piece by piece. It may grow, but is sealed against shrinking, so that
 * nobody's mapping can fault. A piece stays mapped as long as anybody has it, or a part of it: it is the
 * garbage collector that unmaps it, so a buffer that was kept too long cannot crash the JVM.
 */
public final class SharedMemory implements AutoCloseable {
    private static final int SEALS = Linux.F_SEAL_SEAL | Linux.F_SEAL_SHRINK;
    private static final String WHAT = "state memory";
    private static final byte[] NAME = "fuse-state".getBytes(US_ASCII);

    private final Fd fd;
    private final List<ByteBuffer> locked = new ArrayList<>();

    private SharedMemory(Fd fd) {
        this.fd = fd;
    }

    /** Makes a new one, of zeros. */
    public static SharedMemory create(long size) throws IOException {
        int number = UnnamedSys.system().memfdCreate(NAME, Linux.MFD_CLOEXEC | Linux.MFD_ALLOW_SEALING);
        SharedMemory memory = new SharedMemory(Fd.adopt(check(number, "memfd_create")));
        try {
            memory.resize(size);
            int sealed = Sys.system().fcntl(memory.fd.intValue(), Linux.F_ADD_SEALS, SEALS);
            check(sealed, "fcntl F_ADD_SEALS");
            return memory;
        } catch (Throwable e) {
            memory.closeAfter(e);
            throw e;
        }
    }

    /** Adopts an existing one; closes {@code fd} when it is closed, but not when this fails. */
    public static SharedMemory adopt(Fd fd) throws IOException {
        requireNonNull(fd, "fd is null");
        int seals = fd.use(number -> Sys.system().fcntl(number, Linux.F_GET_SEALS, 0));
        if (seals < 0) {
            throw new BadStateException("it is no memfd");
        }
        if ((seals & Linux.F_SEAL_SHRINK) == 0) {
            throw new BadStateException("it is not sealed against shrinking");
        }
        return new SharedMemory(fd);
    }

    public Fd fd() {
        return fd;
    }

    /** How long it is, in bytes. */
    public long size() throws IOException {
        try (FileChannel file = open(fd)) {
            return file.size();
        }
    }

    /** Makes it longer, with zeros. */
    public void resize(long size) throws IOException {
        check(fd.use(number -> SystemCall.make(SyscallNumber.FTRUNCATE, number, size, 0)), "ftruncate");
    }

    /** Gives the pages of a piece back; it reads as zeros then. */
    public void discard(long offset, long length) throws IOException {
        int how = Linux.FALLOC_FL_KEEP_SIZE | Linux.FALLOC_FL_PUNCH_HOLE;
        check(
                fd.use(number -> SystemCall.make(SyscallNumber.FALLOCATE, number, how, offset, length, 0, 0)),
                "fallocate");
    }

    /** The memory as a file. */
    static FileChannel open(Fd fd) throws IOException {
        return fd.use(number -> FileChannel.open(
                Path.of("/proc/self/fd/" + number), StandardOpenOption.READ, StandardOpenOption.WRITE));
    }

    /**
     * Maps a piece that begins at a page. Every page is written to, so that a signal finds no page
     * fault inside the kernel's copy of a request, which would fail that request.
     */
    public ByteBuffer map(long offset, int length) throws IOException {
        int page = PageSize.ofMachine();
        if (offset % page != 0) {
            throw new IllegalArgumentException(
                    "%,d is not the beginning of a page of %,d bytes".formatted(offset, page));
        }
        ByteBuffer piece;
        try (FileChannel file = open(fd)) {
            piece = file.map(FileChannel.MapMode.READ_WRITE, offset, length).order(ByteOrder.nativeOrder());
        }
        // Faster than what follows; older kernels do not know it.
        SystemCall.make(SyscallNumber.MADVISE, address(piece), length, Linux.MADV_POPULATE_WRITE);
        for (int at = 0; at < length; at += page) {
            piece.put(at, piece.get(at));
        }
        return piece;
    }

    /**
     * Keeps a piece from being swapped out, for the same reason; if RLIMIT_MEMLOCK does not allow it,
     * that is a matter of luck.
     */
    void lock(ByteBuffer piece) {
        if (SystemCall.make(SyscallNumber.MLOCK, address(piece), piece.capacity(), 0) == 0) {
            locked.add(piece);
        }
    }

    /** Where a piece, or a part of one, is mapped. */
    static long address(ByteBuffer part) {
        return Sys.address(part);
    }

    /** What is mapped may be swapped out again, and is unmapped when nobody has it any more. */
    @Override
    public void close() throws IOException {
        for (ByteBuffer piece : locked) {
            SystemCall.make(SyscallNumber.MUNLOCK, address(piece), piece.capacity(), 0);
        }
        locked.clear();
        fd.close();
    }

    private void closeAfter(Throwable failure) {
        try {
            close();
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }

    private static int check(long result, String call) throws IOException {
        if (result < 0) {
            throw SysErrors.exception(result, call, WHAT);
        }
        return (int) result;
    }
}
