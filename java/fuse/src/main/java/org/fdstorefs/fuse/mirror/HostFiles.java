// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.fuse.mirror;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import org.fdstorefs.Errno;
import org.fdstorefs.fuse.AttributeChanges;
import org.fdstorefs.fuse.Bytes;
import org.fdstorefs.fuse.FuseException;
import org.fdstorefs.fuse.Usage;
import org.fdstorefs.internal.Linux;

/**
 * The files below one directory of the host, named by paths relative to it. {@code java.nio.file}
 * would do for much of it, but it knows neither every call nor every errno, and its names are text.
 *
 * <p>Not thread-safe: calls share a scratch buffer.
 */
final class HostFiles implements AutoCloseable {
    private static final int AT_SYMLINK_NOFOLLOW = 0x100;
    private static final int AT_REMOVEDIR = 0x200;
    private static final int STATX_BASIC_STATS = 0x7ff;
    private static final int UTIME_NOW = 0x3fffffff;
    private static final int UTIME_OMIT = 0x3ffffffe;
    private static final int PATH_MAX = 4096;
    static final int KEEP = -1;

    private final int root;
    private final Memory scratch = new Memory(32768);
    private final ByteBuffer buffer = scratch.getByteBuffer(0, scratch.size()).order(ByteOrder.nativeOrder());

    private HostFiles(int root) {
        this.root = root;
    }

    /** The files below a directory, which is opened now and not looked up again. */
    static HostFiles open(Bytes directory) throws FuseException {
        int flags = Linux.O_RDONLY | Linux.oDirectory() | Linux.O_CLOEXEC;
        return new HostFiles(check(Libc.openat(Linux.AT_FDCWD, path(directory), flags, 0)));
    }

    /** What statx(2) tells, without following a symbolic link. */
    HostStat stat(Bytes path) throws FuseException {
        check(Libc.statx(root, path(path), AT_SYMLINK_NOFOLLOW, STATX_BASIC_STATS, address()));
        return HostStat.read(buffer);
    }

    /** As {@link #stat}, but a missing file is no error. */
    Optional<HostStat> find(Bytes path) throws FuseException {
        try {
            return Optional.of(stat(path));
        } catch (FuseException e) {
            if (e.errno() == Errno.ENOENT.number()) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** A descriptor; never follows a symbolic link in the last place. */
    int openFile(Bytes path, int flags, int mode) throws FuseException {
        return check(Libc.openat(root, path(path), flags | Linux.oNoFollow() | Linux.O_CLOEXEC | Linux.O_NOCTTY, mode));
    }

    void close(int fd) throws FuseException {
        check(Libc.close(fd));
    }

    /** Fills {@code to}, which is direct, up to its limit or the end of the file. */
    void read(int fd, long offset, ByteBuffer to) throws FuseException {
        long base = Pointer.nativeValue(Native.getDirectBufferPointer(to));
        int start = to.position();
        while (to.hasRemaining()) {
            long at = offset + to.position() - start;
            int count = (int) check(Libc.pread(fd, base + to.position(), to.remaining(), at));
            if (count == 0) {
                return;
            }
            to.position(to.position() + count);
        }
    }

    /**
     * Writes what remains in {@code from}, which is direct; stops short only if an error follows.
     */
    int write(int fd, long offset, ByteBuffer from) throws FuseException {
        long base = Pointer.nativeValue(Native.getDirectBufferPointer(from));
        int start = from.position();
        while (from.hasRemaining()) {
            long at = offset + from.position() - start;
            long count = Libc.pwrite(fd, base + from.position(), from.remaining(), at);
            if (count < 0 && from.position() > start) {
                break;
            }
            from.position(from.position() + (int) check(count));
        }
        return from.position() - start;
    }

    void truncate(int fd, long size) throws FuseException {
        check(Libc.ftruncate(fd, size));
    }

    void sync(int fd, boolean dataOnly) throws FuseException {
        check(dataOnly ? Libc.fdatasync(fd) : Libc.fsync(fd));
    }

    Usage usage() throws FuseException {
        check(Libc.fstatfs(root, address()));
        return new Usage(
                buffer.getLong(16),
                buffer.getLong(24),
                buffer.getLong(32),
                buffer.getLong(40),
                buffer.getLong(48),
                (int) buffer.getLong(8),
                (int) buffer.getLong(64),
                (int) buffer.getLong(72));
    }

    /** Calls back for every name in a directory but "." and "..". */
    void list(Bytes path, HostEntryVisitor visitor) throws FuseException {
        int fd = openFile(path, Linux.O_RDONLY | Linux.oDirectory(), 0);
        try {
            int length = (int) check(Libc.getdents64(fd, address(), scratch.size()));
            while (length > 0) {
                HostEntry.readAll(buffer.slice(0, length).order(ByteOrder.nativeOrder()), visitor);
                length = (int) check(Libc.getdents64(fd, address(), scratch.size()));
            }
        } finally {
            Libc.close(fd);
        }
    }

    void makeDirectory(Bytes path, int mode) throws FuseException {
        check(Libc.mkdirat(root, path(path), mode));
    }

    void makeNode(Bytes path, int mode, int device) throws FuseException {
        check(Libc.mknodat(root, path(path), mode, Integer.toUnsignedLong(device)));
    }

    void symlink(Bytes target, Bytes path) throws FuseException {
        check(Libc.symlinkat(path(target), root, path(path)));
    }

    Bytes readLink(Bytes path) throws FuseException {
        byte[] target = new byte[PATH_MAX];
        int length = (int) check(Libc.readlinkat(root, path(path), target, target.length));
        return Bytes.of(Arrays.copyOf(target, length));
    }

    void link(Bytes oldPath, Bytes newPath) throws FuseException {
        check(Libc.linkat(root, path(oldPath), root, path(newPath), 0));
    }

    void unlink(Bytes path) throws FuseException {
        check(Libc.unlinkat(root, path(path), 0));
    }

    void removeDirectory(Bytes path) throws FuseException {
        check(Libc.unlinkat(root, path(path), AT_REMOVEDIR));
    }

    void rename(Bytes oldPath, Bytes newPath, int flags) throws FuseException {
        check(Libc.renameat2(root, path(oldPath), root, path(newPath), flags));
    }

    void changeMode(Bytes path, int mode) throws FuseException {
        check(Libc.fchmodat(root, path(path), mode, 0));
    }

    /** {@link #KEEP} leaves one of them as it is. */
    void changeOwner(Bytes path, int uid, int gid) throws FuseException {
        check(Libc.fchownat(root, path(path), uid, gid, AT_SYMLINK_NOFOLLOW));
    }

    void changeTimes(Bytes path, Optional<Instant> accessed, Optional<Instant> modified) throws FuseException {
        putTime(0, accessed);
        putTime(16, modified);
        check(Libc.utimensat(root, path(path), address(), AT_SYMLINK_NOFOLLOW));
    }

    @Override
    public void close() {
        Libc.close(root);
    }

    private void putTime(int offset, Optional<Instant> time) {
        long seconds = 0;
        long nanos = UTIME_OMIT;
        if (time.isPresent() && time.get().equals(AttributeChanges.NOW)) {
            nanos = UTIME_NOW;
        } else if (time.isPresent()) {
            seconds = time.get().getEpochSecond();
            nanos = time.get().getNano();
        }
        buffer.putLong(offset, seconds).putLong(offset + 8, nanos);
    }

    private long address() {
        return Pointer.nativeValue(scratch);
    }

    private static byte[] path(Bytes bytes) {
        return Arrays.copyOf(bytes.toArray(), bytes.length() + 1);
    }

    private static int check(int result) throws FuseException {
        return (int) check((long) result);
    }

    private static long check(long result) throws FuseException {
        if (result < 0) {
            throw new FuseException(Native.getLastError());
        }
        return result;
    }
}
