// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.fuse.mirror;

import static java.util.Objects.requireNonNull;
import static org.fdstorefs.fuse.mirror.HostFiles.KEEP;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.fdstorefs.Errno;
import org.fdstorefs.fuse.AttributeChanges;
import org.fdstorefs.fuse.Attributes;
import org.fdstorefs.fuse.Bytes;
import org.fdstorefs.fuse.Created;
import org.fdstorefs.fuse.DirectoryFiller;
import org.fdstorefs.fuse.Entry;
import org.fdstorefs.fuse.FuseException;
import org.fdstorefs.fuse.FuseFileSystem;
import org.fdstorefs.fuse.Opened;
import org.fdstorefs.fuse.Request;
import org.fdstorefs.fuse.Usage;
import org.fdstorefs.internal.ByteStrings;
import org.fdstorefs.internal.Linux;

/**
 * Shows a directory of the host at another place, and does there what is asked for: an example of a
 * file system that loses nothing when its server is killed.
 *
 * <p>Nothing that it answers depends on what it remembers. Node ids are inode numbers ({@link
 * NodeTable}), handles are always 0, offsets in a directory are hashes of names ({@link
 * DirectoryListing}), and a removed file keeps a hidden name until the kernel has forgotten it
 * ({@link RemovedFiles}). What cannot be done twice (making, removing, renaming) leaves a memo
 * first, as {@link Request} explains.
 *
 * <p>The mirrored directory must be on one file system; what is mounted below it is answered with
 * EXDEV. The mode bits decide who may do what: mount with {@code default_permissions}, and run the
 * server as root.
 */
public final class MirrorFileSystem implements FuseFileSystem, AutoCloseable {
    private static final int LISTINGS = 16;

    private final HostFiles files;
    private final RemovedFiles removed;
    private final NodeTable nodes;
    private final Names names;
    private final OpenFiles open;
    private final Map<Long, DirectoryListing> listings = new LinkedHashMap<>();

    /** Mirrors a directory; it is opened now, and not looked up again. */
    public MirrorFileSystem(Path source) throws FuseException {
        files = HostFiles.open(Bytes.of(ByteStrings.ofPath(requireNonNull(source, "source is null"))));
        removed = new RemovedFiles(files);
        nodes = new NodeTable(files, removed);
        names = new Names(files, removed, nodes);
        open = new OpenFiles(files, nodes);
    }

    @Override
    public void begin(org.fdstorefs.fuse.NodeNotes notes, boolean fresh) throws FuseException {
        if (fresh) {
            dropRemovedFiles();
        }
    }

    @Override
    public void end() throws FuseException {
        dropRemovedFiles();
    }

    /** Gives up what was kept for open files; only when no mount can ask for them any more. */
    public void dropRemovedFiles() throws FuseException {
        removed.dropAll();
    }

    @Override
    public Entry lookup(Request request, Bytes name) throws FuseException {
        if (removed.isDirectory(request.nodeId(), name)) {
            throw new FuseException(Errno.ENOENT);
        }
        return names.find(nodes.locate(request.nodeId()), name);
    }

    @Override
    public void forget(long nodeId) {
        try {
            nodes.forget(nodeId);
            listings.remove(nodeId);
            open.forget(nodeId);
            removed.drop(nodeId);
        } catch (FuseException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public Attributes getAttributes(Request request) throws FuseException {
        return nodes.locate(request.nodeId()).attributes();
    }

    @Override
    public Attributes setAttributes(Request request, AttributeChanges changes) throws FuseException {
        Node node = nodes.locate(request.nodeId());
        if (changes.uid().isPresent() || changes.gid().isPresent()) {
            files.changeOwner(node.path(), changes.uid().orElse(KEEP), changes.gid().orElse(KEEP));
        }
        if (changes.mode().isPresent()) {
            changeMode(node, changes.mode().getAsInt());
        }
        if (changes.size().isPresent()) {
            files.truncate(open.get(node.id(), true), changes.size().getAsLong());
        }
        if (changes.accessed().isPresent() || changes.modified().isPresent()) {
            files.changeTimes(node.path(), changes.accessed(), changes.modified());
        }
        return nodes.locate(node.id()).attributes();
    }

    @Override
    public Bytes readLink(Request request) throws FuseException {
        return files.readLink(nodes.locate(request.nodeId()).path());
    }

    @Override
    public Entry symlink(Request request, Bytes name, Bytes target) throws FuseException {
        Node directory = nodes.locate(request.nodeId());
        names.make(request, directory, name, path -> files.symlink(target, path));
        return names.giveLink(request, directory, name);
    }

    @Override
    public Entry makeNode(Request request, Bytes name, int mode, int device) throws FuseException {
        Node directory = nodes.locate(request.nodeId());
        int onlyOwner = (mode & Attributes.TYPE_MASK) | Names.ONLY_OWNER;
        names.make(request, directory, name, path -> files.makeNode(path, onlyOwner, device));
        return names.give(request, directory, name, mode);
    }

    @Override
    public Entry makeDirectory(Request request, Bytes name, int mode) throws FuseException {
        Node directory = nodes.locate(request.nodeId());
        names.make(request, directory, name, path -> files.makeDirectory(path, Names.ONLY_OWNER));
        return names.give(request, directory, name, mode | (directory.attributes().mode() & Names.SET_GID));
    }

    @Override
    public Entry link(Request request, Bytes newName, long target) throws FuseException {
        Node directory = nodes.locate(request.nodeId());
        Node file = nodes.locate(target);
        names.make(request, directory, newName, path -> files.link(file.path(), path));
        return names.find(directory, newName);
    }

    @Override
    public Created create(Request request, Bytes name, int mode, int flags) throws FuseException {
        Node directory = nodes.locate(request.nodeId());
        Entry entry = names.create(request, directory, name, mode, (flags & Linux.O_EXCL) != 0);
        if ((flags & Linux.O_TRUNC) != 0 && entry.attributes().size() > 0) {
            files.truncate(open.get(entry.nodeId(), true), 0);
            entry = names.find(directory, name);
        }
        return new Created(entry, Opened.STATELESS);
    }

    @Override
    public void unlink(Request request, Bytes name) throws FuseException {
        names.remove(request, nodes.locate(request.nodeId()), name, false);
    }

    @Override
    public void removeDirectory(Request request, Bytes name) throws FuseException {
        names.remove(request, nodes.locate(request.nodeId()), name, true);
    }

    @Override
    public void rename(Request request, Bytes name, long newParent, Bytes newName, int flags) throws FuseException {
        Node directory = nodes.locate(request.nodeId());
        names.rename(request, directory, name, nodes.locate(newParent), newName, flags);
    }

    @Override
    public Opened open(Request request, int flags) throws FuseException {
        int access = flags & (Linux.O_WRONLY | Linux.O_RDWR);
        if (access != Linux.O_WRONLY) {
            open.get(request.nodeId(), false);
        }
        if (access != Linux.O_RDONLY) {
            open.get(request.nodeId(), true);
        }
        return Opened.STATELESS;
    }

    @Override
    public void read(Request request, long handle, long offset, ByteBuffer to) throws FuseException {
        files.read(open.get(request.nodeId(), false), offset, to);
    }

    @Override
    public int write(Request request, long handle, long offset, ByteBuffer from) throws FuseException {
        return files.write(open.get(request.nodeId(), true), offset, from);
    }

    @Override
    public Usage usage(Request request) throws FuseException {
        return files.usage();
    }

    @Override
    public void flush(Request request, long handle) {} // writes have gone to the host's file before they were answered

    @Override
    public void sync(Request request, long handle, boolean dataOnly) throws FuseException {
        files.sync(open.get(request.nodeId(), false), dataOnly);
    }

    @Override
    public void readDirectory(Request request, long handle, long offset, DirectoryFiller filler) throws FuseException {
        DirectoryListing listing = offset == 0 ? null : listings.get(request.nodeId());
        if (listing == null) {
            listing = DirectoryListing.read(files, removed, nodes.locate(request.nodeId()));
            if (listings.size() >= LISTINGS) {
                listings.clear();
            }
            listings.put(request.nodeId(), listing);
        }
        listing.fill(offset, filler);
    }

    @Override
    public void releaseDirectory(Request request, long handle) {
        listings.remove(request.nodeId());
    }

    @Override
    public void syncDirectory(Request request, long handle) throws FuseException {
        int fd = files.openFile(nodes.locate(request.nodeId()).path(), Linux.oDirectory(), 0);
        try {
            files.sync(fd, false);
        } finally {
            files.close(fd);
        }
    }

    /** Closes what is open. */
    @Override
    public void close() throws FuseException {
        open.close();
        files.close();
    }

    private void changeMode(Node node, int mode) throws FuseException {
        if (node.attributes().type() == Attributes.SYMBOLIC_LINK) {
            throw new FuseException(Errno.EOPNOTSUPP);
        }
        files.changeMode(node.path(), mode);
    }
}
