// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.cli;

import java.io.IOException;
import org.fdstorefs.Errno;
import org.fdstorefs.Fd;
import org.fdstorefs.FdStoreException;

/** The descriptors that options name; each is a duplicate, to be closed by the caller. */
final class Descriptors {
    private final Launch launch;

    Descriptors(Launch launch) {
        this.launch = launch;
    }

    /** A descriptor that this process was started with. */
    Fd inherited(int fd) throws IOException {
        return inherited(fd, "not an open descriptor");
    }

    /** As above, with the message if there is none. */
    Fd inherited(int fd, String missing) throws IOException {
        if (!launch.mayHaveInherited(fd)) {
            // If that number is open, the JVM has opened it.
            throw new FdStoreException("fd " + fd, Errno.EBADF.number(), "fcntl", missing);
        }
        return Fd.duplicate(fd);
    }

    /** A descriptor of another process. */
    static Fd ofProcess(long pid, int fd) throws IOException {
        return Fd.fromProcess(process(pid), fd);
    }

    /** A descriptor of a process itself. */
    static Fd pidfd(long pid) throws IOException {
        return Fd.pidfd(process(pid));
    }

    private static ProcessHandle process(long pid) throws IOException {
        return ProcessHandle.of(pid)
                .orElseThrow(() -> new FdStoreException(
                        "process " + pid, Errno.ESRCH.number(), "pidfd_open", "there is no such process"));
    }
}
