// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.fuse.workers;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import org.fdstorefs.Errno;
import org.fdstorefs.Fd;
import org.fdstorefs.FdFunction;
import org.fdstorefs.fuse.state.Slot;
import org.fdstorefs.fuse.wire.Reply;
import org.fdstorefs.fuse.wire.RequestHeader;
import org.fdstorefs.internal.Linux;
import org.fdstorefs.internal.Sys;
import org.fdstorefs.internal.SysErrors;

/** The connection to the kernel: an open {@code /dev/fuse}. */
public final class FuseDevice implements AutoCloseable {
    private static final String PATH = "/dev/fuse";
    private static final int POLLERR = 8;

    /** FUSE_INT_REQ_BIT of fs/fuse/fuse_i.h: marks a reply to the INTERRUPT of a request. */
    private static final long INTERRUPT_BIT = 1;

    private final Sys sys;
    private final Interrupts interrupts;
    private final Fd fd;

    public FuseDevice(Fd fd) {
        this(Sys.system(), Interrupts.system(), fd);
    }

    FuseDevice(Sys sys, Interrupts interrupts, Fd fd) {
        this.sys = requireNonNull(sys, "sys is null");
        this.interrupts = requireNonNull(interrupts, "interrupts is null");
        this.fd = requireNonNull(fd, "fd is null");
    }

    public static FuseDevice open() throws IOException {
        int fd = Sys.system().openat(Linux.AT_FDCWD, PATH.getBytes(US_ASCII), Linux.O_RDWR | Linux.O_CLOEXEC, 0);
        if (fd < 0) {
            throw SysErrors.exception(fd, "open", PATH);
        }
        return new FuseDevice(Fd.adopt(fd));
    }

    public Fd fd() {
        return fd;
    }

    /** Whether the file system is still mounted, so that requests can come. */
    public boolean isConnected() throws IOException {
        int events = fd.use(number -> sys.poll(number, Linux.POLLIN, 0));
        if (events < 0) {
            throw SysErrors.exception(events, "poll", PATH);
        }
        return (events & POLLERR) == 0;
    }

    /** What came of a read. */
    enum Reading {
        /** There is a request in the slot. */
        REQUEST,
        /** A signal came first, or who had asked was killed while the request was handed over. */
        NOTHING,
        /** There will be no more: the file system was unmounted, or the connection aborted. */
        END
    }

    /** What goes through a slot. */
    Lane lane(Slot slot) {
        return new Lane(slot);
    }

    /** The requests and the replies of one slot. What it does with the descriptor is made once, not for each of them. */
    final class Lane {
        private final Slot slot;
        private final FdFunction<Long> read;
        private final FdFunction<Long> write;

        private Lane(Slot slot) {
            this.slot = slot;
            this.read = number -> sys.read(number, slot.requestAddress(), slot.requestCapacity());
            this.write = number -> sys.write(number, slot.replyAddress(), slot.replyLength());
        }

        /** Waits for a request. */
        Reading read() throws IOException {
            long length = fd.use(read);
            if (length >= RequestHeader.SIZE) {
                return Reading.REQUEST;
            }
            slot.free();
            if (length == -Errno.ENODEV.number() || length == -Errno.ECONNABORTED.number()) {
                return Reading.END;
            }
            if (length == -Errno.EINTR.number() || length == -Errno.ENOENT.number()) {
                return Reading.NOTHING;
            }
            throw SysErrors.exception(length < 0 ? length : -Errno.EIO.number(), "read", PATH);
        }

        /** Writes the reply, which is complete, as {@link FuseDevice#write}. */
        Optional<Errno> reply() throws IOException {
            return refused(fd.use(write));
        }
    }

    /** By which those that wait for a request are interrupted. */
    Interrupts interrupts() {
        return interrupts;
    }

    /**
     * Writes one reply. It is no error if nobody waits for it any more: it had been answered before,
     * or the connection is no more.
     *
     * @return with what the kernel refused the reply, if it did
     */
    public Optional<Errno> write(long address, int length) throws IOException {
        return refused(fd.use(number -> sys.write(number, address, length)));
    }

    private static Optional<Errno> refused(long written) {
        boolean taken = written >= 0 || written == -Errno.ENOENT.number() || written == -Errno.ENODEV.number();
        return taken ? Optional.empty() : Optional.of(Errno.of((int) -written).orElse(Errno.EIO));
    }

    /**
     * Whether the kernel still waits for the reply to a request that was read. It is asked by a reply
     * to an INTERRUPT of that request: one without an error has no effect, but it fails with ENOENT if
     * the request is answered (fs/fuse/dev.c, since Linux 5.0).
     */
    boolean isWaitedFor(long unique) throws IOException {
        byte[] reply = new byte[Reply.HEADER_SIZE];
        Reply.error(ByteBuffer.wrap(reply).order(ByteOrder.nativeOrder()), 0, unique | INTERRUPT_BIT);
        long written = fd.use(number -> sys.write(number, reply, reply.length));
        if (written < 0 && written != -Errno.ENOENT.number() && written != -Errno.ENODEV.number()) {
            throw SysErrors.exception(written, "write", PATH);
        }
        return written >= 0;
    }

    @Override
    public void close() throws IOException {
        fd.close();
    }
}
