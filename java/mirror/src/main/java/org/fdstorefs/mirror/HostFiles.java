// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.mirror;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.fdstorefs.Errno;
import org.fdstorefs.fuse.Bytes;
import org.fdstorefs.fuse.FuseException;
import org.fdstorefs.fuse.Usage;

/**
 * The files below one directory of the host, named by paths relative to it. Each method is a step
 * that happens wholly or not at all when the server is killed, but for the transfer of data.
 * Thread-safe. No symbolic link in the last place is followed.
 */
interface HostFiles extends AutoCloseable {
    /** Stands for an owner that stays as it is. */
    int KEEP = -1;

    HostStat stat(HostPath path) throws FuseException;

    /** As {@link #stat}, but a missing file is no error. */
    default Optional<HostStat> find(HostPath path) throws FuseException {
        try {
            return Optional.of(stat(path));
        } catch (FuseException e) {
            if (e.errno() == Errno.ENOENT.number()) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** The names in a directory but "." and "..". */
    List<HostEntry> list(HostPath directory) throws FuseException;

    boolean isEmpty(HostPath directory) throws FuseException;

    void makeDirectory(HostPath path, int mode) throws FuseException;

    void makeNode(HostPath path, int mode, int device) throws FuseException;

    void symlink(Bytes target, HostPath path) throws FuseException;

    Bytes readLink(HostPath path) throws FuseException;

    void link(HostPath oldPath, HostPath newPath) throws FuseException;

    void unlink(HostPath path) throws FuseException;

    void removeDirectory(HostPath path) throws FuseException;

    /** As renameat2(2). */
    void rename(HostPath oldPath, HostPath newPath, int flags) throws FuseException;

    /** Not for a symbolic link, which has no mode and would be followed. */
    void changeMode(HostPath path, int mode) throws FuseException;

    /** {@link #KEEP} leaves one of them as it is. */
    void changeOwner(HostPath path, int uid, int gid) throws FuseException;

    void changeTimes(HostPath path, Optional<Instant> accessed, Optional<Instant> modified) throws FuseException;

    byte[] extendedAttribute(HostPath path, Bytes name) throws FuseException;

    List<Bytes> extendedAttributes(HostPath path) throws FuseException;

    void setExtendedAttribute(HostPath path, Bytes name, byte[] value, int flags) throws FuseException;

    void removeExtendedAttribute(HostPath path, Bytes name) throws FuseException;

    Usage usage() throws FuseException;

    /** A descriptor, as of open(2), to be given to {@link #close(int)}. */
    int openFile(HostPath path, int flags, int mode) throws FuseException;

    void close(int fd) throws FuseException;

    /** Fills {@code to}, which is direct, up to its limit or the end of the file. */
    void read(int fd, long offset, ByteBuffer to) throws FuseException;

    /**
     * Writes what remains in {@code from}, which is direct; stops short only if an error follows.
     */
    int write(int fd, long offset, ByteBuffer from) throws FuseException;

    void truncate(int fd, long size) throws FuseException;

    void sync(int fd, boolean dataOnly) throws FuseException;

    /** As fallocate(2). */
    void allocate(int fd, int mode, long offset, long length) throws FuseException;

    /** As lseek(2). */
    long seek(int fd, long offset, int whence) throws FuseException;

    /** As copy_file_range(2), and may copy less, too. */
    int copy(int fromFd, long from, int toFd, long to, long length) throws FuseException;

    /** Whatever is called afterwards fails with {@link IllegalStateException}. */
    @Override
    void close() throws FuseException;
}
