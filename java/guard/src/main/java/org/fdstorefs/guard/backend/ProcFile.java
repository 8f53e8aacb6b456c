// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.guard.backend;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.util.Optional;
import org.fdstorefs.Errno;
import org.fdstorefs.internal.Linux;
import org.fdstorefs.internal.Sys;

/** Small files of /proc, of which many are read while programs wait for a new server. */
final class ProcFile {
    private static final int PIECE = 4096;
    private static final int INTERRUPTED = -Errno.EINTR.number();

    private ProcFile() {}

    /** All of it, a char for each byte; empty if it is not there, or if it is not for us. */
    static Optional<String> read(String path) {
        Sys sys = Sys.system();
        int fd = sys.openat(Linux.AT_FDCWD, path.getBytes(US_ASCII), Linux.O_RDONLY | Linux.O_CLOEXEC, 0);
        if (fd < 0) {
            return Optional.empty();
        }
        try {
            ByteArrayOutputStream content = new ByteArrayOutputStream(PIECE);
            byte[] piece = new byte[PIECE];
            long length = PIECE;
            while (length > 0 || length == INTERRUPTED) {
                length = sys.read(fd, piece, PIECE);
                content.write(piece, 0, (int) Math.max(length, 0));
            }
            return length < 0 ? Optional.empty() : Optional.of(content.toString(ISO_8859_1));
        } finally {
            sys.close(fd);
        }
    }
}
