// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.fuse;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.Objects.requireNonNull;

import java.io.IOException;
import org.fdstorefs.Errno;
import org.fdstorefs.Fd;
import org.fdstorefs.internal.Linux;
import org.fdstorefs.internal.Sys;
import org.fdstorefs.internal.SysErrors;

/** The connection to the kernel: an open {@code /dev/fuse}. */
final class FuseDevice implements AutoCloseable {
    private static final String PATH = "/dev/fuse";
    private static final int POLLERR = 8;

    private final Sys sys = Sys.system();
    private final Fd fd;

    FuseDevice(Fd fd) {
        this.fd = requireNonNull(fd, "fd is null");
    }

    static FuseDevice open() throws IOException {
        int fd = Sys.system().openat(Linux.AT_FDCWD, PATH.getBytes(US_ASCII), Linux.O_RDWR | Linux.O_CLOEXEC, 0);
        if (fd < 0) {
            throw SysErrors.exception(fd, "open", PATH);
        }
        return new FuseDevice(Fd.adopt(fd));
    }

    Fd fd() {
        return fd;
    }

    /** Whether the file system is still mounted, so that requests can come. */
    boolean isConnected() throws IOException {
        int events = sys.poll(fd.intValue(), Linux.POLLIN, 0);
        if (events < 0) {
            throw SysErrors.exception(events, "poll", PATH);
        }
        return (events & POLLERR) == 0;
    }

    /**
     * Waits for a request.
     *
     * @return false if there will be no more, since the file system was unmounted or the connection
     *     aborted
     */
    boolean read(Slot slot) throws IOException {
        while (true) {
            long length = sys.read(fd.intValue(), slot.requestAddress(), slot.requestCapacity());
            if (length >= RequestHeader.SIZE) {
                return true;
            }
            slot.free();
            if (length == -Errno.ENODEV.number() || length == -Errno.ECONNABORTED.number()) {
                return false;
            }
            // EINTR: a signal came first. ENOENT: who had asked was killed while the request was handed over.
            if (length != -Errno.EINTR.number() && length != -Errno.ENOENT.number()) {
                throw SysErrors.exception(length < 0 ? length : -Errno.EIO.number(), "read", PATH);
            }
        }
    }

    /**
     * Writes one reply. That nobody waits for it any more is no error: it had been answered before,
     * or was given up.
     */
    void write(long address, int length) throws IOException {
        long written = sys.write(fd.intValue(), address, length);
        if (written < 0 && written != -Errno.ENOENT.number() && written != -Errno.ENODEV.number()) {
            throw SysErrors.exception(written, "write", PATH);
        }
    }

    @Override
    public void close() throws IOException {
        fd.close();
    }
}
