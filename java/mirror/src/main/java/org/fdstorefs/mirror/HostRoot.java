// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.mirror;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.file.Path;
import org.fdstorefs.ClosedFdException;
import org.fdstorefs.Errno;
import org.fdstorefs.Fd;
import org.fdstorefs.OpenFlag;
import org.fdstorefs.fuse.FuseException;

/**
 * The open directory that everything is below. When it is closed, calls fail with {@link
 * IllegalStateException}: its number may be somebody else's then.
 */
final class HostRoot implements AutoCloseable {
    private final Fd fd;

    private HostRoot(Fd fd) {
        this.fd = requireNonNull(fd, "fd is null");
    }

    static HostRoot open(Path directory) throws FuseException {
        try {
            return new HostRoot(Fd.open(directory, OpenFlag.READ, OpenFlag.DIRECTORY));
        } catch (IOException e) {
            throw exception(e);
        }
    }

    /** As {@link HostDirectory#at}. */
    long at(HostPath path, HostDirectory.Call call) throws FuseException {
        try {
            return fd.use(number -> new HostDirectory(number).at(path, call));
        } catch (ClosedFdException e) {
            throw new IllegalStateException("the files are closed", e);
        } catch (IOException e) {
            throw exception(e);
        }
    }

    @Override
    public void close() throws FuseException {
        try {
            fd.close();
        } catch (IOException e) {
            throw exception(e);
        }
    }

    private static FuseException exception(IOException e) {
        return e instanceof FuseException failure
                ? failure
                : new FuseException(Errno.of(e).orElse(Errno.EIO));
    }
}
