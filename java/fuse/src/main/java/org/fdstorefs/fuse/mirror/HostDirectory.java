// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.fuse.mirror;

import static org.fdstorefs.fuse.mirror.Calls.checked;

import org.fdstorefs.fuse.FuseException;
import org.fdstorefs.internal.Linux;

/** An open directory, below which calls find their files. */
record HostDirectory(int fd) {
    /** A call on a path below an open directory. */
    @FunctionalInterface
    interface Call {
        long run(int directory, byte[] path) throws FuseException;
    }

    static HostDirectory open(HostPath path) throws FuseException {
        int flags = Linux.O_RDONLY | Linux.oDirectory() | Linux.O_CLOEXEC;
        return new HostDirectory((int) checked(() -> Libc.openat(Linux.AT_FDCWD, path.terminated(), flags, 0)));
    }

    /** The result of a call; its error as an exception. */
    long at(HostPath path, Call call) throws FuseException {
        if (!path.isLong()) {
            return checked(() -> call.run(fd, path.terminated()));
        }
        int flags = Linux.O_PATH | Linux.oDirectory() | Linux.O_CLOEXEC;
        int below = (int) checked(() -> Libc.openat(fd, path.head().terminated(), flags, 0));
        try {
            return new HostDirectory(below).at(path.tail(), call);
        } finally {
            Libc.close(below);
        }
    }
}
