// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.fuse.mirror;

import static java.util.Objects.requireNonNull;
import static org.fdstorefs.fuse.mirror.HostFiles.KEEP;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
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
    private static final int PERMISSIONS = 07777;
    private static final int SET_GID = 02000;
    private static final int ONLY_OWNER = 0600;
    private static final int RENAME_EXCHANGE = 2;

    /** Memos of a request that makes a name. */
    private static final long WAS_ABSENT = 1;

    private static final long WAS_THERE = 2;
    private static final int LISTINGS = 16;

    private final HostFiles files;
    private final RemovedFiles removed;
    private final NodeTable nodes;
    private final OpenFiles open;
    private final Map<Long, DirectoryListing> listings = new LinkedHashMap<>();

    /** Mirrors a directory; it is opened now, and not looked up again. */
    public MirrorFileSystem(Path source) throws FuseException {
        files = HostFiles.open(Bytes.of(ByteStrings.ofPath(requireNonNull(source, "source is null"))));
        removed = new RemovedFiles(files);
        nodes = new NodeTable(files, removed);
        open = new OpenFiles(files, nodes);
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
        return find(nodes.locate(request.nodeId()), name);
    }

    @Override
    public void forget(long nodeId, long lookups) {
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
        make(request, directory, name, path -> files.symlink(target, path));
        files.changeOwner(directory.child(name), request.uid(), group(directory, request));
        return find(directory, name);
    }

    @Override
    public Entry makeNode(Request request, Bytes name, int mode, int device) throws FuseException {
        Node directory = nodes.locate(request.nodeId());
        int onlyOwner = (mode & Attributes.TYPE_MASK) | ONLY_OWNER;
        make(request, directory, name, path -> files.makeNode(path, onlyOwner, device));
        return give(request, directory, name, mode);
    }

    @Override
    public Entry makeDirectory(Request request, Bytes name, int mode) throws FuseException {
        Node directory = nodes.locate(request.nodeId());
        make(request, directory, name, path -> files.makeDirectory(path, ONLY_OWNER));
        return give(request, directory, name, mode | (directory.attributes().mode() & SET_GID));
    }

    @Override
    public Entry link(Request request, Bytes newName, long target) throws FuseException {
        Node directory = nodes.locate(request.nodeId());
        Node file = nodes.locate(target);
        make(request, directory, newName, path -> files.link(file.path(), path));
        return find(directory, newName);
    }

    @Override
    public Created create(Request request, Bytes name, int mode, int flags) throws FuseException {
        Node directory = nodes.locate(request.nodeId());
        Bytes path = child(directory, name);
        boolean wasAbsent = wasAbsent(request, path);
        if (!wasAbsent && (flags & Linux.O_EXCL) != 0) {
            throw new FuseException(Errno.EEXIST);
        }
        if (wasAbsent) {
            files.close(files.openFile(path, Linux.O_CREAT | Linux.O_WRONLY, ONLY_OWNER));
            return new Created(give(request, directory, name, mode), Opened.STATELESS);
        }
        Entry entry = find(directory, name);
        if ((flags & Linux.O_TRUNC) != 0) {
            files.truncate(open.get(entry.nodeId(), true), 0);
        }
        return new Created(find(directory, name), Opened.STATELESS);
    }

    @Override
    public void unlink(Request request, Bytes name) throws FuseException {
        remove(request, name, false);
    }

    @Override
    public void removeDirectory(Request request, Bytes name) throws FuseException {
        remove(request, name, true);
    }

    @Override
    public void rename(Request request, Bytes name, long newParent, Bytes newName, int flags) throws FuseException {
        Node directory = nodes.locate(request.nodeId());
        Node newDirectory = nodes.locate(newParent);
        Bytes path = child(directory, name);
        Bytes newPath = child(newDirectory, newName);
        Optional<HostStat> replaced = files.find(newPath);
        boolean done = request.memo() != 0
                && replaced.map(HostStat::inode).filter(inode -> inode == request.memo()).isPresent();
        if (!done) {
            HostStat source = files.stat(path);
            request.memo(source.inode());
            if (replaced.isPresent() && flags == 0) {
                removed.prepareReplacement(
                        nodes.nodeId(replaced.get()), newPath, replaced.get().attributes());
            }
            files.rename(path, newPath, flags);
        }
        find(newDirectory, newName);
        if (flags == RENAME_EXCHANGE) {
            find(directory, name);
        }
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

    private interface Maker {
        void make(Bytes path) throws FuseException;
    }

    /** Makes a name; on a replay it may be there already. */
    private void make(Request request, Node directory, Bytes name, Maker maker) throws FuseException {
        Bytes path = child(directory, name);
        boolean wasAbsent = wasAbsent(request, path);
        try {
            maker.make(path);
        } catch (FuseException e) {
            boolean madeBefore = wasAbsent && request.replayed();
            if (e.errno() != Errno.EEXIST.number() || !madeBefore) {
                throw e;
            }
        }
    }

    /** Whether a name was not there when this request was seen for the first time. */
    private boolean wasAbsent(Request request, Bytes path) throws FuseException {
        if (request.memo() == 0) {
            request.memo(files.find(path).isPresent() ? WAS_THERE : WAS_ABSENT);
        }
        return request.memo() == WAS_ABSENT;
    }

    /** Removes a name; on a replay it may be gone already. */
    private void remove(Request request, Bytes name, boolean directory) throws FuseException {
        Bytes path = child(nodes.locate(request.nodeId()), name);
        Optional<HostStat> file = files.find(path);
        if (file.isEmpty() && request.memo() != 0) {
            return;
        }
        Attributes attributes = file.orElseThrow(() -> new FuseException(Errno.ENOENT)).attributes();
        if ((attributes.type() == Attributes.DIRECTORY) != directory) {
            throw new FuseException(directory ? Errno.ENOTDIR : Errno.EISDIR);
        }
        request.memo(attributes.inode());
        removed.remove(nodes.nodeId(file.get()), path, attributes);
    }

    /** Gives a new file to who asked for it. */
    private Entry give(Request request, Node directory, Bytes name, int mode) throws FuseException {
        Bytes path = directory.child(name);
        files.changeOwner(path, request.uid(), group(directory, request));
        files.changeMode(path, mode & PERMISSIONS); // after the owner, since a change of that clears bits
        return find(directory, name);
    }

    private static int group(Node directory, Request request) {
        return (directory.attributes().mode() & SET_GID) != 0 ? directory.attributes().gid() : request.gid();
    }

    private void changeMode(Node node, int mode) throws FuseException {
        if (node.attributes().type() == Attributes.SYMBOLIC_LINK) {
            throw new FuseException(Errno.EOPNOTSUPP);
        }
        files.changeMode(node.path(), mode);
    }

    private Entry find(Node directory, Bytes name) throws FuseException {
        HostStat stat = files.stat(directory.child(name));
        long nodeId = nodes.nodeId(stat);
        nodes.seen(nodeId, directory.id(), name);
        return new Entry(nodeId, 0, stat.attributes());
    }

    /** The path of a name that is about to be changed. */
    private Bytes child(Node directory, Bytes name) throws FuseException {
        if (removed.isDirectory(directory.id(), name)) {
            throw new FuseException(Errno.EPERM);
        }
        return directory.child(name);
    }
}
