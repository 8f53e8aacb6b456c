// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.fuse;

import java.io.IOException;
import org.fdstorefs.Errno;

/**
 * The answer to a request that failed: an errno. Has no stack trace.
 */
public final class FuseException extends IOException {
    private static final long serialVersionUID = 1;

    private static final int MAX_ERRNO = 4095;

    private final int errno;

    /** Answers one of the common errors. */
    public FuseException(Errno errno) {
        this(errno.number());
    }

    /** Answers any errno that a call has returned. */
    public FuseException(int errno) {
        super(Errno.nameOf(errno));
        if (errno <= 0 || errno > MAX_ERRNO) {
            throw new IllegalArgumentException("not an errno: " + errno);
        }
        this.errno = errno;
    }

    /** Most of them are ordinary answers, whose origin nobody looks for. */
    @Override
    public synchronized Throwable fillInStackTrace() {
        return this;
    }

    /** The positive number. */
    public int errno() {
        return errno;
    }
}
