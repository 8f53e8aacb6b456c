// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.guard.engine;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.fdstorefs.Errno;
import org.fdstorefs.fuse.AttributeChanges;
import org.fdstorefs.fuse.Attributes;
import org.fdstorefs.fuse.Bytes;
import org.fdstorefs.fuse.Created;
import org.fdstorefs.fuse.DirectoryFiller;
import org.fdstorefs.fuse.Entry;
import org.fdstorefs.fuse.FuseException;
import org.fdstorefs.fuse.FuseFileSystem;
import org.fdstorefs.fuse.Identity;
import org.fdstorefs.fuse.Opened;
import org.fdstorefs.fuse.Request;
import org.fdstorefs.guard.engine.Disk.File;

/**
 * The file system that one life of a toy server serves: numbers of nodes and handles are good for this
 * life alone. Not its own user: it may not open a file whose mode forbids it.
 */
final class ToyFiles implements FuseFileSystem {
    private static final int ACCESS = 3;
    private static final int EXCLUSIVE = 0200;
    private static final int APPEND = 02000;
    private static final int NOT_FOR_OPEN = 0100 | 0200 | 0400 | 01000;
    private static final int XATTR_CREATE = 1;
    private static final int XATTR_REPLACE = 2;
    private static final int COLLAPSE = 8;

    /** A file that has such an attribute cannot be opened. */
    static final String BROKEN = "user.broken";

    private final Disk disk;
    private final ToyNodes nodes;
    private final Kind kind;
    private final int generation;
    private final Map<Long, Use> handles = new TreeMap<>();
    private final Map<Long, byte[]> texts = new TreeMap<>();
    private final Unwritten unwritten = new Unwritten();
    private long lastHandle;

    /** What servers there are. */
    enum Kind {
        /** Numbers files, and writes at once. */
        FILES,
        /** Numbers names, has no inode numbers, and keeps data until it is told to write them. */
        NAMES,
        /**
         * Numbers names, has neither links nor moves between directories, says EPERM for EEXIST, and knows of an open
         * file what was read when it was read from its start.
         */
        POOR;

        Habits habits() {
            return new Habits(this == NAMES, this == POOR);
        }
    }

    /** An open file. */
    private record Use(File file, int flags) {}

    ToyFiles(Disk disk, Kind kind, int generation) {
        this.disk = disk;
        this.kind = kind;
        this.generation = generation;
        this.lastHandle = generation * 1_000_000L;
        this.nodes = new ToyNodes(disk, kind, generation);
    }

    ToyNodes nodes() {
        return nodes;
    }

    @Override
    public Identity identity() {
        return Identity.of("toy");
    }

    boolean isOpen(long handle) {
        return handles.containsKey(handle);
    }

    private Use use(long handle) throws FuseException {
        Use use = handles.get(handle);
        if (use == null) {
            disk.violation("handle " + handle + " is unknown to life " + generation);
            throw new FuseException(Errno.EIO);
        }
        return use;
    }

    private Opened opened(File file, int flags) {
        handles.put(++lastHandle, new Use(file, flags));
        return new Opened(lastHandle, 0);
    }

    private Attributes attributes(long node, File file) {
        int size = file.type() == Attributes.DIRECTORY ? 0 : unwritten.data(file).length;
        return Attributes.builder(kind == Kind.NAMES ? node : file.number(), file.mode())
                .size(size)
                .links(file.links())
                .build();
    }

    private Entry entry(Request request, Bytes name) throws FuseException {
        File file = disk.get(nodes.file(request.nodeId()), name.toString());
        long node = nodes.lookup(request.nodeId(), name.toString(), file);
        return new Entry(node, generation * 31L, attributes(node, file));
    }

    private FuseException exists(FuseException e) {
        return kind == Kind.POOR && e.errno() == Errno.EEXIST.number() ? new FuseException(Errno.EPERM) : e;
    }

    @Override
    public Entry lookup(Request request, Bytes name) throws FuseException {
        return entry(request, name);
    }

    private Entry make(Request request, Bytes name, int mode, String data) throws FuseException {
        try {
            disk.make(nodes.file(request.nodeId()), name.toString(), mode, data);
        } catch (FuseException e) {
            throw exists(e);
        }
        return entry(request, name);
    }

    @Override
    public Entry makeDirectory(Request request, Bytes name, int mode) throws FuseException {
        return make(request, name, Attributes.DIRECTORY | (mode & 07777), "");
    }

    @Override
    public Entry makeNode(Request request, Bytes name, int mode, int device) throws FuseException {
        return make(request, name, mode, "");
    }

    @Override
    public Entry symlink(Request request, Bytes name, Bytes target) throws FuseException {
        return make(request, name, Attributes.SYMBOLIC_LINK | 0777, target.toString());
    }

    @Override
    public Bytes readLink(Request request) throws FuseException {
        return Bytes.of(nodes.file(request.nodeId()).data());
    }

    @Override
    public Entry link(Request request, Bytes newName, long target) throws FuseException {
        if (kind == Kind.POOR) {
            throw new FuseException(Errno.EPERM);
        }
        disk.link(nodes.file(target), nodes.file(request.nodeId()), newName.toString());
        return entry(request, newName);
    }

    @Override
    public Created create(Request request, Bytes name, int mode, int flags) throws FuseException {
        File directory = nodes.file(request.nodeId());
        if (disk.find(directory, name.toString()).isEmpty()) {
            Entry made = make(request, name, Attributes.REGULAR | (mode & 07777), "");
            return new Created(made, opened(disk.get(directory, name.toString()), flags));
        } else if ((flags & EXCLUSIVE) != 0) {
            throw exists(new FuseException(Errno.EEXIST));
        }
        Entry found = entry(request, name);
        return new Created(found, open(disk.get(directory, name.toString()), flags));
    }

    @Override
    public void unlink(Request request, Bytes name) throws FuseException {
        disk.unlink(nodes.file(request.nodeId()), name.toString());
        nodes.removed(request.nodeId(), name.toString());
    }

    @Override
    public void removeDirectory(Request request, Bytes name) throws FuseException {
        disk.removeDirectory(nodes.file(request.nodeId()), name.toString());
        nodes.removed(request.nodeId(), name.toString());
    }

    @Override
    public void rename(Request request, Bytes name, long newParent, Bytes newName, int flags) throws FuseException {
        File from = nodes.file(request.nodeId());
        File to = nodes.file(newParent);
        if (kind == Kind.POOR && from != to) {
            throw new FuseException(Errno.EXDEV);
        }
        boolean same = disk.get(from, name.toString())
                == disk.find(to, newName.toString()).orElse(null);
        disk.rename(from, name.toString(), to, newName.toString(), flags);
        if (!same) {
            nodes.renamed(request.nodeId(), name.toString(), newParent, newName.toString(), flags != 0);
        }
    }

    @Override
    public Opened open(Request request, int flags) throws FuseException {
        if ((flags & NOT_FOR_OPEN) != 0) {
            disk.violation("a file was opened with the flags " + Integer.toOctalString(flags));
        }
        return open(nodes.file(request.nodeId()), flags);
    }

    private Opened open(File file, int flags) throws FuseException {
        if (file.attributes().containsKey(BROKEN)) {
            throw new FuseException(Errno.ENXIO);
        }
        boolean reads = (flags & ACCESS) != 1;
        boolean writes = (flags & ACCESS) != 0;
        if ((reads && (file.mode() & 0400) == 0) || (writes && (file.mode() & 0200) == 0)) {
            throw new FuseException(Errno.EACCES);
        }
        return opened(file, flags);
    }

    @Override
    public Opened openDirectory(Request request) throws FuseException {
        return opened(nodes.file(request.nodeId()), 0);
    }

    @Override
    public Attributes getAttributes(Request request) throws FuseException {
        return attributes(request.nodeId(), nodes.file(request.nodeId()));
    }

    @Override
    public Attributes setAttributes(Request request, AttributeChanges changes) throws FuseException {
        File file = nodes.file(request.nodeId());
        changes.mode().ifPresent(file::mode);
        changes.size().ifPresent(size -> {
            unwritten.write(file);
            file.data(Arrays.copyOf(file.data(), (int) size));
        });
        return getAttributes(request);
    }

    @Override
    public void read(Request request, long handle, long offset, ByteBuffer to) throws FuseException {
        byte[] data = unwritten.data(use(handle).file());
        if (kind == Kind.POOR && offset == 0) {
            texts.put(handle, data);
        } else if (kind == Kind.POOR) {
            data = texts.getOrDefault(handle, new byte[0]);
        }
        int from = (int) Math.min(offset, data.length);
        to.put(data, from, Math.min(to.remaining(), data.length - from));
    }

    @Override
    public int write(Request request, long handle, long offset, ByteBuffer from) throws FuseException {
        Use use = use(handle);
        byte[] data = unwritten.data(use.file());
        int at = (use.flags() & APPEND) != 0 ? data.length : (int) offset; // whatever was asked for, as pwrite(2)
        int count = from.remaining();
        byte[] changed = Arrays.copyOf(data, Math.max(data.length, at + count));
        from.get(changed, at, count);
        unwritten.put(use.file(), changed);
        if (kind != Kind.NAMES) {
            unwritten.write(use.file());
        }
        return count;
    }

    @Override
    public void allocate(Request request, long handle, long offset, long length, int mode) throws FuseException {
        File file = use(handle).file();
        unwritten.write(file);
        byte[] data = file.data();
        if ((mode & COLLAPSE) != 0) {
            byte[] left = Arrays.copyOf(data, (int) (data.length - length));
            System.arraycopy(data, (int) (offset + length), left, (int) offset, (int) (left.length - offset));
            file.data(left);
        } else {
            file.data(Arrays.copyOf(data, (int) Math.max(data.length, offset + length)));
        }
    }

    @Override
    public void flush(Request request, long handle) throws FuseException {
        unwritten.write(use(handle).file());
    }

    @Override
    public void sync(Request request, long handle, boolean dataOnly) throws FuseException {
        unwritten.write(use(handle).file());
    }

    @Override
    public void release(Request request, long handle) throws FuseException {
        unwritten.write(use(handle).file());
        handles.remove(handle);
    }

    @Override
    public void releaseDirectory(Request request, long handle) throws FuseException {
        use(handle);
        handles.remove(handle);
    }

    @Override
    public void readDirectory(Request request, long handle, long offset, DirectoryFiller filler) throws FuseException {
        List<String> names = new ArrayList<>(List.of(".", ".."));
        names.addAll(use(handle).file().entries().keySet());
        if (generation % 2 == 0) {
            Collections.reverse(names);
        }
        for (int i = (int) offset; i < names.size(); i++) {
            File file = use(handle).file().entries().getOrDefault(names.get(i), disk.root());
            if (!filler.add(Bytes.of(names.get(i)), file.number(), file.mode(), i + 1)) {
                return;
            }
        }
    }

    @Override
    public void setExtendedAttribute(Request request, Bytes name, byte[] value, int flags) throws FuseException {
        Map<String, byte[]> attributes = nodes.file(request.nodeId()).attributes();
        boolean there = attributes.containsKey(name.toString());
        if ((there && flags == XATTR_CREATE) || (!there && flags == XATTR_REPLACE)) {
            throw new FuseException(there ? Errno.EEXIST : Errno.ENODATA);
        }
        attributes.put(name.toString(), value);
    }

    @Override
    public byte[] extendedAttribute(Request request, Bytes name) throws FuseException {
        byte[] value = nodes.file(request.nodeId()).attributes().get(name.toString());
        return Optional.ofNullable(value).orElseThrow(() -> new FuseException(Errno.ENODATA));
    }

    @Override
    public void removeExtendedAttribute(Request request, Bytes name) throws FuseException {
        if (nodes.file(request.nodeId()).attributes().remove(name.toString()) == null) {
            throw new FuseException(Errno.ENODATA);
        }
    }
}
