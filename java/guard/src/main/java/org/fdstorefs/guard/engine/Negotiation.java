// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.guard.engine;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.fdstorefs.Errno;
import org.fdstorefs.fuse.FuseException;
import org.fdstorefs.guard.state.GuardState;
import org.fdstorefs.internal.PageSize;

/**
 * What kernel and server agree on at INIT: the kernel asks once, and each life of the server is asked the
 * same.
 *
 * <p>Not offered is what a guard cannot pass on: locks, which would die with the server; handles that are
 * not told to it (O_TRUNC at OPEN, files that are not opened at all); READDIRPLUS, since the guard lists
 * directories in an order of its own; pages that are written back late; splice, passthrough, io_uring,
 * and whatever is newer.
 */
public final class Negotiation {
    private static final int ASYNC_READ = 1;
    private static final int FILE_OPS = 1 << 2;
    private static final int BIG_WRITES = 1 << 5;
    private static final int DONT_MASK = 1 << 6;
    private static final int AUTO_INVAL_DATA = 1 << 12;
    private static final int ASYNC_DIO = 1 << 15;
    private static final int PARALLEL_DIROPS = 1 << 18;
    private static final int HANDLE_KILLPRIV = 1 << 19;
    private static final int POSIX_ACL = 1 << 20;
    private static final int ABORT_ERROR = 1 << 21;
    private static final int MAX_PAGES = 1 << 22;
    private static final int CACHE_SYMLINKS = 1 << 23;
    private static final int EXPLICIT_INVAL_DATA = 1 << 25;
    private static final int HANDLE_KILLPRIV_V2 = 1 << 28;
    private static final int PASSED = ASYNC_READ
            | FILE_OPS
            | BIG_WRITES
            | DONT_MASK
            | AUTO_INVAL_DATA
            | ASYNC_DIO
            | PARALLEL_DIROPS
            | HANDLE_KILLPRIV
            | POSIX_ACL
            | ABORT_ERROR
            | MAX_PAGES
            | CACHE_SYMLINKS
            | EXPLICIT_INVAL_DATA
            | HANDLE_KILLPRIV_V2;

    private static final int MAJOR = 7;
    private static final int OLDEST_MINOR = 23; // from which on init_out has 64 bytes

    // struct fuse_init_in and struct fuse_init_out of linux/fuse.h.
    private static final int IN_MINOR = 4;
    private static final int IN_FLAGS = 12;
    private static final int IN_FLAGS2 = 16;
    private static final int OUT_MINOR = 4;
    private static final int OUT_FLAGS = 12;
    private static final int OUT_MAX_WRITE = 20;
    private static final int OUT_MAX_PAGES = 28;
    private static final int OUT_FLAGS2 = 32;
    private static final int OUT_SIZE = 64;

    /** The most data of one WRITE: what is longer needs contiguous memory on its way through the socket. */
    public static final int MAX_WRITE = 128 * 1024;

    private static final int LEAST_WRITE = 4096; // the kernel takes no less, whatever its pages
    private static final int DEFAULT_PAGES = 32; // FUSE_DEFAULT_MAX_PAGES_PER_REQ

    private Negotiation() {}

    /** What is offered of the kernel's offer, the body of its INIT. */
    static byte[] offer(ByteBuffer in) throws FuseException {
        byte[] body = new byte[in.remaining()];
        in.duplicate().get(body);
        ByteBuffer offer = ByteBuffer.wrap(body).order(ByteOrder.nativeOrder());
        if (body.length < IN_FLAGS + Integer.BYTES
                || offer.getInt(0) < MAJOR
                || offer.getInt(IN_MINOR) < OLDEST_MINOR) {
            throw new FuseException(Errno.EPROTO);
        }
        offer.putInt(IN_FLAGS, offer.getInt(IN_FLAGS) & PASSED);
        if (body.length >= IN_FLAGS2 + Integer.BYTES) {
            offer.putInt(IN_FLAGS2, 0);
        }
        return body;
    }

    /**
     * Asks a server that has begun to live.
     *
     * @throws IOException if it offers less than the one that the kernel knows, or makes no sense
     */
    public static void begin(Backend backend, GuardState state) throws IOException, BackendGoneException {
        byte[] offer = state.init().orElseThrow(() -> new IllegalStateException("the kernel has not said INIT"));
        Calls calls = new Calls(Calls.uniques()).to(backend);
        ByteBuffer answer = calls.init(offer);
        byte[] agreed = agree(ByteBuffer.wrap(offer).order(ByteOrder.nativeOrder()), answer, PageSize.ofMachine());
        if (state.agreed().isEmpty()) {
            state.agreed(agreed);
        } else {
            compare(state.agreed().get(), agreed);
        }
    }

    static byte[] agree(ByteBuffer offer, ByteBuffer answer, int pageSize) throws IOException {
        byte[] body = new byte[OUT_SIZE];
        answer.get(body, 0, Math.min(answer.remaining(), OUT_SIZE));
        ByteBuffer agreed = ByteBuffer.wrap(body).order(ByteOrder.nativeOrder());
        if (agreed.getInt(0) != MAJOR) {
            throw new IOException("the server speaks version %d of the FUSE protocol, and the kernel %d"
                    .formatted(agreed.getInt(0), MAJOR));
        }
        agreed.putInt(OUT_MINOR, Math.min(agreed.getInt(OUT_MINOR), offer.getInt(IN_MINOR)));
        int maxWrite = agreed.getInt(OUT_MAX_WRITE);
        if (maxWrite < LEAST_WRITE) {
            throw new IOException("the server takes %,d bytes in one WRITE, and the kernel needs %,d"
                    .formatted(maxWrite, LEAST_WRITE));
        }
        agreed.putInt(OUT_MAX_WRITE, Math.min(maxWrite, MAX_WRITE));
        int flags = agreed.getInt(OUT_FLAGS);
        int pages = (flags & MAX_PAGES) == 0
                ? DEFAULT_PAGES
                : Math.max(1, Short.toUnsignedInt(agreed.getShort(OUT_MAX_PAGES)));
        // Said even if the server says nothing: READs are bounded by pages, and the kernel's default may be too many.
        agreed.putShort(OUT_MAX_PAGES, (short) Math.min(pages, MAX_WRITE / pageSize));
        agreed.putInt(OUT_FLAGS, (flags | MAX_PAGES) & offer.getInt(IN_FLAGS));
        agreed.putInt(OUT_FLAGS2, 0);
        return body;
    }

    private static void compare(byte[] first, byte[] now) throws IOException {
        ByteBuffer had = ByteBuffer.wrap(first).order(ByteOrder.nativeOrder());
        ByteBuffer has = ByteBuffer.wrap(now).order(ByteOrder.nativeOrder());
        int missing = had.getInt(OUT_FLAGS) & ~has.getInt(OUT_FLAGS);
        if (missing != 0) {
            throw new IOException(("the server offers less than the one that the file system was mounted with: INIT"
                            + " flags %#x are missing; start that version, or unmount")
                    .formatted(missing));
        }
        if (has.getInt(OUT_MAX_WRITE) < had.getInt(OUT_MAX_WRITE)) {
            throw new IOException(("the server takes %,d bytes in one WRITE, less than the %,d of the one that the"
                            + " file system was mounted with; start that version, or unmount")
                    .formatted(has.getInt(OUT_MAX_WRITE), had.getInt(OUT_MAX_WRITE)));
        }
    }
}
