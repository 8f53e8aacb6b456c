// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.mirror;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.fdstorefs.Errno;
import org.fdstorefs.fuse.Attributes;
import org.fdstorefs.fuse.Bytes;
import org.fdstorefs.fuse.FuseException;

/**
 * Files and directories that were removed through the mount, and that the kernel may still name by
 * their node ids.
 *
 * <p>Somebody may have such a file open: a server that lives on would keep a descriptor of it, a
 * server that may be killed must keep a name. And as long as the file exists, the host gives its
 * inode number to no other, which would then have the same node id. So the last name of a file is
 * not removed but moved to a hidden directory, where it is the node id. It is removed when the kernel
 * says that it has forgotten the node.
 *
 * <p>What is in the hidden directory is known from its listing at the beginning and from what was
 * done since; no other server is alive then. A file may have other names, too, beside its hidden one:
 * that one is never counted. Thread-safe.
 */
final class RemovedFiles {
    private static final Bytes NAME = Bytes.of(".fdstorefs-removed");
    private static final HostPath DIRECTORY = HostPath.ROOT.child(NAME);
    private static final int PRIVATE = 0700;

    private final HostFiles files;
    private final Set<Long> kept = ConcurrentHashMap.newKeySet();
    private volatile boolean made;

    RemovedFiles(HostFiles files) {
        this.files = requireNonNull(files, "files is null");
    }

    /** Makes the hidden directory, or finds out what is in it. */
    void begin() throws FuseException {
        try {
            makeDirectory();
        } catch (FuseException e) {
            if (!isReadOnly(e)) {
                throw e;
            }
            return;
        }
        for (HostEntry entry : files.list(DIRECTORY)) {
            nodeId(entry.name()).ifPresent(kept::add);
        }
    }

    private static Optional<Long> nodeId(Bytes name) {
        try {
            return Optional.of(Long.parseLong(name.toString()));
        } catch (NumberFormatException e) {
            return Optional.empty(); // not made here
        }
    }

    /** Whether this name is the hidden directory. */
    boolean isDirectory(long parent, Bytes name) {
        return parent == NodeTable.ROOT && name.equals(NAME);
    }

    /** Whether a node has a hidden name. */
    boolean contains(long nodeId) {
        return kept.contains(nodeId);
    }

    /** The hidden name of a node. */
    HostPath path(long nodeId) {
        return DIRECTORY.child(Bytes.of(Long.toString(nodeId)));
    }

    /** The path of a name that is about to be changed: not here, and not in a removed directory. */
    HostPath pathToChange(Node directory, Bytes name) throws FuseException {
        if (isDirectory(directory.id(), name)) {
            throw new FuseException(Errno.EPERM);
        }
        if (contains(directory.id())) {
            throw new FuseException(Errno.ENOENT);
        }
        return directory.child(name);
    }

    /** The attributes as they would be if nothing were hidden. */
    Attributes seen(long nodeId, Attributes attributes) {
        int links = attributes.links();
        if (contains(nodeId)) {
            return withLinks(attributes, attributes.type() == Attributes.DIRECTORY ? 0 : links - 1);
        }
        boolean counts = nodeId == NodeTable.ROOT && made && links > 2; // not every host counts directories
        return counts ? withLinks(attributes, links - 1) : attributes;
    }

    private static Attributes withLinks(Attributes attributes, int links) {
        return attributes.toBuilder().links(links).build();
    }

    /** Takes a name from a file, of which it is the last one unless the file is kept already. */
    void hide(long nodeId, HostPath path) throws FuseException {
        makeDirectory();
        files.rename(path, path(nodeId), 0);
        kept.add(nodeId);
    }

    /** Prepares a file, no directory, for losing its last name to another one that is renamed. */
    void keep(long nodeId, HostPath path) throws FuseException {
        makeDirectory();
        files.link(path, path(nodeId));
        kept.add(nodeId);
    }

    /** Lets go of a file that the kernel has forgotten; most were never removed. */
    void drop(long nodeId) throws FuseException {
        // Not there any more before the host may give its inode number to another file.
        if (kept.remove(nodeId)) {
            drop(path(nodeId));
        }
    }

    /** Lets go of everything, and of the hidden directory. */
    void dropAll() throws FuseException {
        if (files.find(DIRECTORY).isPresent()) {
            for (HostEntry entry : files.list(DIRECTORY)) {
                drop(DIRECTORY.child(entry.name()));
            }
            files.removeDirectory(DIRECTORY);
        }
        kept.clear();
        made = false;
    }

    private void drop(HostPath path) throws FuseException {
        try {
            files.unlink(path);
        } catch (FuseException e) {
            if (e.errno() == Errno.EISDIR.number()) {
                files.removeDirectory(path);
            } else if (e.errno() != Errno.ENOENT.number()) {
                throw e;
            }
        }
    }

    private void makeDirectory() throws FuseException {
        if (made) {
            return;
        }
        try {
            files.makeDirectory(DIRECTORY, PRIVATE);
        } catch (FuseException e) {
            if (e.errno() != Errno.EEXIST.number()) {
                throw e;
            }
        }
        made = true;
    }

    /** Of a tree that cannot be changed nothing will be removed. */
    private static boolean isReadOnly(FuseException e) {
        return e.errno() == Errno.EROFS.number()
                || e.errno() == Errno.EACCES.number()
                || e.errno() == Errno.EPERM.number();
    }
}
