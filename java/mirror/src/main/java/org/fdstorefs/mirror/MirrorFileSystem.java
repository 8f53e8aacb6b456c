// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.mirror;

import static java.util.Objects.requireNonNull;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import org.fdstorefs.Errno;
import org.fdstorefs.fuse.AttributeChanges;
import org.fdstorefs.fuse.Attributes;
import org.fdstorefs.fuse.Bytes;
import org.fdstorefs.fuse.CopyRange;
import org.fdstorefs.fuse.Created;
import org.fdstorefs.fuse.DirectoryFiller;
import org.fdstorefs.fuse.Entry;
import org.fdstorefs.fuse.FuseException;
import org.fdstorefs.fuse.FuseFileSystem;
import org.fdstorefs.fuse.Identity;
import org.fdstorefs.fuse.NodeNotes;
import org.fdstorefs.fuse.Opened;
import org.fdstorefs.fuse.Request;
import org.fdstorefs.fuse.Usage;

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
 * <p>Any number of threads may call it ({@link TreeLock}).
 *
 * <p>The mirrored directory must be on one file system; what is mounted below it is answered with
 * EXDEV. The mode bits decide who may do what: mount with {@code default_permissions}, and run the
 * server as root.
 */
public final class MirrorFileSystem implements FuseFileSystem, AutoCloseable {
    private final Identity identity;
    private final HostFiles files;
    private final TreeLock tree = new TreeLock();
    private final BoundNotes notes = new BoundNotes();
    private final RemovedFiles removed;
    private final NodeTable nodes;
    private final Names names;
    private final Removal removal;
    private final Renames renames;
    private final OpenFiles open;
    private final FileData data;
    private final AttributeChanger changer;
    private final Directories directories;
    private final ExtendedAttributes extended;

    /** Mirrors a directory; it is opened now, and not looked up again. */
    public MirrorFileSystem(Path source) throws FuseException {
        this(Identity.of("mirror").with("source", source), LinuxFiles.open(source));
    }

    MirrorFileSystem(Identity identity, HostFiles files) throws FuseException {
        this.files = requireNonNull(files, "files is null");
        // The path may be that of another directory by now, of which no node is known.
        this.identity =
                identity.with("inode", Long.toString(files.stat(HostPath.ROOT).inode()));
        removed = new RemovedFiles(files);
        nodes = new NodeTable(files, removed, notes);
        open = new OpenFiles(files, nodes, tree);
        data = new FileData(files, open);
        names = new Names(files, removed, nodes, data);
        removal = new Removal(files, removed, nodes);
        renames = new Renames(files, removed, nodes);
        changer = new AttributeChanger(files, nodes, data);
        directories = new Directories(files, removed, nodes);
        extended = new ExtendedAttributes(files, nodes);
    }

    @Override
    public Identity identity() {
        return identity;
    }

    @Override
    public void begin(NodeNotes session, boolean fresh) throws FuseException {
        notes.bind(session);
        if (fresh) {
            removed.dropAll();
        }
        removed.begin();
    }

    @Override
    public void end() throws FuseException {
        open.close();
        removed.dropAll();
    }

    @Override
    public Entry lookup(Request request, Bytes name) throws FuseException {
        if (removed.isDirectory(request.nodeId(), name)) {
            throw new FuseException(Errno.ENOENT);
        }
        return tree.shared(() -> nodes.find(nodes.locate(request.nodeId()), name));
    }

    @Override
    public void forget(long nodeId) throws FuseException {
        // Needs no lock: no request for the node comes meanwhile, and no answer has another one with its inode number.
        nodes.forget(nodeId);
        directories.release(nodeId);
        try {
            open.forget(nodeId);
        } finally {
            removed.drop(nodeId);
        }
    }

    @Override
    public Attributes getAttributes(Request request) throws FuseException {
        return tree.shared(() -> nodes.locate(request.nodeId()).attributes());
    }

    @Override
    public Attributes setAttributes(Request request, AttributeChanges changes) throws FuseException {
        return tree.shared(() -> changer.change(nodes.locate(request.nodeId()), changes));
    }

    @Override
    public Bytes readLink(Request request) throws FuseException {
        return tree.shared(() -> files.readLink(nodes.locate(request.nodeId()).path()));
    }

    @Override
    public Entry symlink(Request request, Bytes name, Bytes target) throws FuseException {
        return tree.shared(() -> names.symlink(request, name, target));
    }

    @Override
    public Entry makeNode(Request request, Bytes name, int mode, int device) throws FuseException {
        return tree.shared(() -> names.makeNode(request, name, mode, device));
    }

    @Override
    public Entry makeDirectory(Request request, Bytes name, int mode) throws FuseException {
        return tree.shared(() -> names.makeDirectory(request, name, mode));
    }

    @Override
    public Entry link(Request request, Bytes newName, long target) throws FuseException {
        return tree.shared(() -> names.link(request, newName, target));
    }

    @Override
    public Created create(Request request, Bytes name, int mode, int flags) throws FuseException {
        return tree.shared(() -> new Created(names.create(request, name, mode, flags), Opened.STATELESS));
    }

    @Override
    public void unlink(Request request, Bytes name) throws FuseException {
        tree.exclusive(() -> removal.remove(request, name, false));
    }

    @Override
    public void removeDirectory(Request request, Bytes name) throws FuseException {
        tree.exclusive(() -> removal.remove(request, name, true));
    }

    @Override
    public void rename(Request request, Bytes name, long newParent, Bytes newName, int flags) throws FuseException {
        tree.exclusive(() -> renames.rename(request, name, newParent, newName, flags));
    }

    @Override
    public Opened open(Request request, int flags) throws FuseException {
        int access = flags & Libc.O_ACCMODE;
        if (access != Libc.O_WRONLY) {
            open.use(request.nodeId(), false, fd -> fd);
        }
        if (access != Libc.O_RDONLY) {
            open.use(request.nodeId(), true, fd -> fd);
        }
        return Opened.STATELESS;
    }

    @Override
    public void read(Request request, long handle, long offset, ByteBuffer to) throws FuseException {
        data.read(request.nodeId(), offset, to);
    }

    @Override
    public int write(Request request, long handle, long offset, ByteBuffer from) throws FuseException {
        return data.write(request.nodeId(), offset, from);
    }

    @Override
    public Usage usage(Request request) throws FuseException {
        return files.usage();
    }

    @Override
    public void flush(Request request, long handle) throws FuseException {
        data.flush(request.nodeId()); // writes have gone to the host's file before they were answered
    }

    @Override
    public void sync(Request request, long handle, boolean dataOnly) throws FuseException {
        data.sync(request.nodeId(), dataOnly);
    }

    @Override
    public void allocate(Request request, long handle, long offset, long length, int mode) throws FuseException {
        data.allocate(request.nodeId(), offset, length, mode);
    }

    @Override
    public long seek(Request request, long handle, long offset, int whence) throws FuseException {
        return data.seek(request.nodeId(), offset, whence);
    }

    @Override
    public int copyRange(Request request, CopyRange range) throws FuseException {
        return data.copy(request.nodeId(), range);
    }

    @Override
    public boolean listsEntries() {
        return true;
    }

    @Override
    public void readDirectory(Request request, long handle, long offset, DirectoryFiller filler) throws FuseException {
        tree.share(() -> directories.read(request.nodeId(), offset, filler));
    }

    @Override
    public void releaseDirectory(Request request, long handle) {
        directories.release(request.nodeId());
    }

    @Override
    public void syncDirectory(Request request, long handle) throws FuseException {
        tree.share(() -> directories.sync(request.nodeId()));
    }

    @Override
    public byte[] extendedAttribute(Request request, Bytes name) throws FuseException {
        return tree.shared(() -> extended.get(request, name));
    }

    @Override
    public List<Bytes> extendedAttributes(Request request) throws FuseException {
        return tree.shared(() -> extended.list(request));
    }

    @Override
    public void setExtendedAttribute(Request request, Bytes name, byte[] value, int flags) throws FuseException {
        tree.share(() -> extended.set(request, name, value, flags));
    }

    @Override
    public void removeExtendedAttribute(Request request, Bytes name) throws FuseException {
        tree.share(() -> extended.remove(request, name));
    }

    /** Closes what is open. Whatever is asked afterwards fails with {@link IllegalStateException}. */
    @Override
    public void close() throws FuseException {
        try {
            open.close();
        } finally {
            files.close();
        }
    }
}
