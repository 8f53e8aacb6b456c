// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.file.Path;
import org.fdstorefs.internal.Linux;
import org.fdstorefs.internal.Uapi;

/**
 * A directory of this machine that passes for one of a store, so that names, locks and waits are the
 * kernel's. A file with something in it is a filled entry; what is got is that file.
 */
class HostStore extends ForwardingSys {
    private final Path path;
    private final Waits waits;

    HostStore(Path path) {
        this(path, new HostEvents());
    }

    HostStore(Path path, HostEvents events) {
        this.path = path;
        this.waits = Waits.of(this, events);
    }

    FdStore open() throws IOException {
        return new FdStore(directory(), () -> waits);
    }

    Directory directory() throws IOException {
        return Directory.in(this, path, Fd.open(path, OpenFlag.PATH, OpenFlag.DIRECTORY));
    }

    @Override
    public long fileSystemType(int fd) {
        return Uapi.SUPER_MAGIC;
    }

    @Override
    public int ioctl(int fd, long request, long argument) {
        if (super.read(fd, new byte[1], 1) == 0) {
            return -Errno.ENODATA.number();
        }
        int flags = request == Uapi.IOC_TAKE ? Linux.O_RDWR | Linux.O_TRUNC : Linux.O_RDONLY;
        byte[] itself = ("/proc/self/fd/" + fd).getBytes(US_ASCII);
        return super.openat(Linux.AT_FDCWD, itself, flags | Linux.O_CLOEXEC, 0);
    }
}
