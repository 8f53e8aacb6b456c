// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.mirror;

import static org.fdstorefs.mirror.Calls.checked;

import org.fdstorefs.fuse.FuseException;

/** An open directory, below which calls find their files. */
record HostDirectory(int fd) {
    /** A call on a path below an open directory. */
    @FunctionalInterface
    interface Call {
        long run(int directory, byte[] path) throws FuseException;
    }

    /** The result of a call; its error as an exception. */
    long at(HostPath path, Call call) throws FuseException {
        if (!path.isLong()) {
            return checked(() -> call.run(fd, path.terminated()));
        }
        int flags = Libc.O_PATH | Libc.O_DIRECTORY | Libc.O_CLOEXEC;
        int below = (int) checked(() -> Libc.openat(fd, path.head().terminated(), flags, 0));
        try {
            return new HostDirectory(below).at(path.tail(), call);
        } finally {
            Libc.close(below);
        }
    }
}
