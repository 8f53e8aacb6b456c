// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.mirror;

import static java.util.Objects.requireNonNull;

import java.nio.ByteBuffer;
import org.fdstorefs.Errno;
import org.fdstorefs.fuse.CopyRange;
import org.fdstorefs.fuse.FuseException;

/** What becomes of the contents of files. All of it can be done twice. */
final class FileData {
    private static final int FALLOC_FL_KEEP_SIZE = 1;
    private static final int FALLOC_FL_PUNCH_HOLE = 2;
    private static final int FALLOC_FL_ZERO_RANGE = 0x10;
    private static final int KNOWN_MODES = FALLOC_FL_KEEP_SIZE | FALLOC_FL_PUNCH_HOLE | FALLOC_FL_ZERO_RANGE;

    private static final int SEEK_DATA = 3;
    private static final int SEEK_HOLE = 4;

    private final HostFiles files;
    private final OpenFiles open;

    FileData(HostFiles files, OpenFiles open) {
        this.files = requireNonNull(files, "files is null");
        this.open = requireNonNull(open, "open is null");
    }

    void read(long nodeId, long offset, ByteBuffer to) throws FuseException {
        open.use(nodeId, false, fd -> {
            files.read(fd, offset, to);
            return true;
        });
    }

    int write(long nodeId, long offset, ByteBuffer from) throws FuseException {
        return open.use(nodeId, true, fd -> files.write(fd, offset, from));
    }

    void truncate(long nodeId, long size) throws FuseException {
        open.use(nodeId, true, fd -> {
            files.truncate(fd, size);
            return true;
        });
    }

    /** Tells what went wrong with data that were written before, if anything did. */
    void flush(long nodeId) throws FuseException {
        open.check(nodeId);
    }

    void sync(long nodeId, boolean dataOnly) throws FuseException {
        open.use(nodeId, false, fd -> {
            files.sync(fd, dataOnly);
            return true;
        });
        open.check(nodeId);
    }

    void allocate(long nodeId, long offset, long length, int mode) throws FuseException {
        if ((mode & ~KNOWN_MODES) != 0) {
            throw new FuseException(Errno.EOPNOTSUPP); // among them those that move data, which must not happen twice
        }
        open.use(nodeId, true, fd -> {
            files.allocate(fd, mode, offset, length);
            return true;
        });
    }

    long seek(long nodeId, long offset, int whence) throws FuseException {
        if (whence != SEEK_DATA && whence != SEEK_HOLE) {
            throw new FuseException(Errno.EINVAL);
        }
        return open.use(nodeId, false, fd -> files.seek(fd, offset, whence));
    }

    int copy(long nodeId, CopyRange range) throws FuseException {
        if (range.flags() != 0) {
            throw new FuseException(Errno.EINVAL);
        }
        return open.use(
                nodeId,
                false,
                from -> open.use(
                        range.targetNodeId(),
                        true,
                        to -> files.copy(from, range.offset(), to, range.targetOffset(), range.length())));
    }
}
