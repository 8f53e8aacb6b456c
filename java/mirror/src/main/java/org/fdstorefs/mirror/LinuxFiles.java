// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.mirror;

import static org.fdstorefs.mirror.Calls.checked;
import static org.fdstorefs.mirror.Calls.checkedOnce;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.fdstorefs.fuse.Bytes;
import org.fdstorefs.fuse.FuseException;
import org.fdstorefs.fuse.Usage;

/**
 * The files of the host by the calls of Linux. {@code java.nio.file} would do for much of it, but it
 * knows neither every call nor every errno, and its names are text.
 */
final class LinuxFiles implements HostFiles {
    private static final int STATX_BASIC_STATS = 0x7ff;
    private static final int PATH_MAX = 4096;

    /** What getdents64(2) answers for an empty directory, in records of 24 bytes. */
    private static final int SELF_AND_PARENT = 48;

    private static final long OVERLAYFS_SUPER_MAGIC = 0x794c7630;

    private final ThreadLocal<Scratch> scratch = ThreadLocal.withInitial(Scratch::new);
    private final HostRoot root;
    private final ExtendedAttributeCalls extendedAttributes;
    private final boolean bornOnce;

    private LinuxFiles(HostRoot root) throws FuseException {
        this.root = root;
        this.extendedAttributes = new ExtendedAttributeCalls(root);
        // there a file gets another time of birth when it is first written to
        this.bornOnce = statfs().getLong(0) != OVERLAYFS_SUPER_MAGIC;
    }

    /** The files below a directory, which is opened now and not looked up again. */
    static LinuxFiles open(Path directory) throws FuseException {
        HostRoot root = HostRoot.open(directory);
        try {
            return new LinuxFiles(root);
        } catch (Throwable e) {
            root.close();
            throw e;
        }
    }

    @Override
    public HostStat stat(HostPath path) throws FuseException {
        Scratch memory = scratch.get();
        int mask = STATX_BASIC_STATS | (bornOnce ? HostStat.STATX_BTIME : 0);
        at(path, (directory, name) -> Libc.statx(directory, name, Libc.AT_SYMLINK_NOFOLLOW, mask, memory.address()));
        return HostStat.read(memory.buffer(), bornOnce);
    }

    @Override
    public List<HostEntry> list(HostPath directory) throws FuseException {
        List<HostEntry> entries = new ArrayList<>();
        int fd = openFile(directory, Libc.O_RDONLY | Libc.O_DIRECTORY, 0);
        try {
            for (int length = readNames(fd); length > 0; length = readNames(fd)) {
                HostEntry.readAll(scratch.get().buffer().slice(0, length).order(ByteOrder.nativeOrder()), entries);
            }
        } finally {
            Libc.close(fd);
        }
        return entries;
    }

    @Override
    public boolean isEmpty(HostPath directory) throws FuseException {
        int fd = openFile(directory, Libc.O_RDONLY | Libc.O_DIRECTORY, 0);
        try {
            return readNames(fd) <= SELF_AND_PARENT && readNames(fd) == 0;
        } finally {
            Libc.close(fd);
        }
    }

    private int readNames(int directory) throws FuseException {
        return (int) checked(() -> Libc.getdents64(directory, scratch.get().address(), Scratch.SIZE));
    }

    @Override
    public void makeDirectory(HostPath path, int mode) throws FuseException {
        at(path, (directory, name) -> Libc.mkdirat(directory, name, mode));
    }

    @Override
    public void makeNode(HostPath path, int mode, int device) throws FuseException {
        at(path, (directory, name) -> Libc.mknodat(directory, name, mode, Integer.toUnsignedLong(device)));
    }

    @Override
    public void symlink(Bytes target, HostPath path) throws FuseException {
        at(path, (directory, name) -> Libc.symlinkat(HostPath.of(target).terminated(), directory, name));
    }

    @Override
    public Bytes readLink(HostPath path) throws FuseException {
        Scratch memory = scratch.get();
        long length = at(path, (directory, name) -> Libc.readlinkat(directory, name, memory.address(), PATH_MAX));
        return Bytes.of(memory.copy((int) length));
    }

    @Override
    public void link(HostPath oldPath, HostPath newPath) throws FuseException {
        at(
                oldPath,
                (oldDirectory, oldName) ->
                        at(newPath, (directory, name) -> Libc.linkat(oldDirectory, oldName, directory, name, 0)));
    }

    @Override
    public void unlink(HostPath path) throws FuseException {
        at(path, (directory, name) -> Libc.unlinkat(directory, name, 0));
    }

    @Override
    public void removeDirectory(HostPath path) throws FuseException {
        at(path, (directory, name) -> Libc.unlinkat(directory, name, Libc.AT_REMOVEDIR));
    }

    @Override
    public void rename(HostPath oldPath, HostPath newPath, int flags) throws FuseException {
        at(
                oldPath,
                (oldDirectory, oldName) -> at(
                        newPath, (directory, name) -> Libc.renameat2(oldDirectory, oldName, directory, name, flags)));
    }

    @Override
    public void changeMode(HostPath path, int mode) throws FuseException {
        at(path, (directory, name) -> Libc.fchmodat(directory, name, mode, 0));
    }

    @Override
    public void changeOwner(HostPath path, int uid, int gid) throws FuseException {
        at(path, (directory, name) -> Libc.fchownat(directory, name, uid, gid, Libc.AT_SYMLINK_NOFOLLOW));
    }

    @Override
    public void changeTimes(HostPath path, Optional<Instant> accessed, Optional<Instant> modified)
            throws FuseException {
        Scratch memory = scratch.get();
        memory.putTime(0, accessed);
        memory.putTime(16, modified);
        at(path, (directory, name) -> Libc.utimensat(directory, name, memory.address(), Libc.AT_SYMLINK_NOFOLLOW));
    }

    @Override
    public byte[] extendedAttribute(HostPath path, Bytes name) throws FuseException {
        return extendedAttributes.get(path, name, scratch.get());
    }

    @Override
    public List<Bytes> extendedAttributes(HostPath path) throws FuseException {
        return extendedAttributes.list(path, scratch.get());
    }

    @Override
    public void setExtendedAttribute(HostPath path, Bytes name, byte[] value, int flags) throws FuseException {
        extendedAttributes.set(path, name, value, flags);
    }

    @Override
    public void removeExtendedAttribute(HostPath path, Bytes name) throws FuseException {
        extendedAttributes.remove(path, name);
    }

    @Override
    public Usage usage() throws FuseException {
        ByteBuffer statfs = statfs();
        return Usage.builder()
                .blocks(statfs.getLong(16))
                .freeBlocks(statfs.getLong(24))
                .availableBlocks(statfs.getLong(32))
                .files(statfs.getLong(40))
                .freeFiles(statfs.getLong(48))
                .blockSize((int) statfs.getLong(8))
                .nameLength((int) statfs.getLong(64))
                .fragmentSize((int) statfs.getLong(72))
                .build();
    }

    private ByteBuffer statfs() throws FuseException {
        Scratch memory = scratch.get();
        at(HostPath.ROOT, (directory, name) -> Libc.fstatfs(directory, memory.address()));
        return memory.buffer();
    }

    @Override
    public int openFile(HostPath path, int flags, int mode) throws FuseException {
        int all = flags | Libc.O_NOFOLLOW | Libc.O_CLOEXEC | Libc.O_NOCTTY;
        return (int) at(path, (directory, name) -> Libc.openat(directory, name, all, mode));
    }

    @Override
    public void close(int fd) throws FuseException {
        checkedOnce(Libc.close(fd));
    }

    @Override
    public void read(int fd, long offset, ByteBuffer to) throws FuseException {
        DescriptorCalls.read(fd, offset, to);
    }

    @Override
    public int write(int fd, long offset, ByteBuffer from) throws FuseException {
        return DescriptorCalls.write(fd, offset, from);
    }

    @Override
    public void truncate(int fd, long size) throws FuseException {
        checked(() -> Libc.ftruncate(fd, size));
    }

    @Override
    public void sync(int fd, boolean dataOnly) throws FuseException {
        checked(() -> dataOnly ? Libc.fdatasync(fd) : Libc.fsync(fd));
    }

    @Override
    public void allocate(int fd, int mode, long offset, long length) throws FuseException {
        checked(() -> Libc.fallocate(fd, mode, offset, length));
    }

    @Override
    public long seek(int fd, long offset, int whence) throws FuseException {
        return checked(() -> Libc.lseek(fd, offset, whence));
    }

    @Override
    public int copy(int fromFd, long from, int toFd, long to, long length) throws FuseException {
        return DescriptorCalls.copy(fromFd, from, toFd, to, length, scratch.get());
    }

    @Override
    public void close() throws FuseException {
        root.close();
    }

    private long at(HostPath path, HostDirectory.Call call) throws FuseException {
        return root.at(path, call);
    }
}
