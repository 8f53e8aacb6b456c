// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.mirror;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import org.fdstorefs.Errno;
import org.fdstorefs.fuse.Bytes;
import org.fdstorefs.fuse.Entry;
import org.fdstorefs.fuse.FuseException;
import org.fdstorefs.fuse.NodeNotes;
import org.fdstorefs.mirror.Places.Place;

/**
 * Where the file of a node id is.
 *
 * <p>A node id is the inode number of the mirrored file, and 1 for the root; so any server knows
 * what a node id means, also one that it never gave out. Where the inode was seen is remembered, and
 * checked at each use. The note of a node is the node id of the directory in which it was seen last:
 * a successor, which remembers nothing, needs to look into few directories only ({@link
 * NodeSearch}).
 *
 * <p>Thread-safe, but a path is good only as long as the {@link TreeLock} is held.
 */
final class NodeTable {
    static final long ROOT = 1;

    private final HostFiles files;
    private final HostStat root;
    private final RemovedFiles removed;
    private final NodeNotes notes;
    private final Places places = new Places();
    private final NodeSearch search;

    NodeTable(HostFiles files, RemovedFiles removed, NodeNotes notes) throws FuseException {
        this.files = requireNonNull(files, "files is null");
        this.removed = requireNonNull(removed, "removed is null");
        this.notes = requireNonNull(notes, "notes is null");
        this.root = files.stat(HostPath.ROOT);
        this.search = new NodeSearch(files, removed, notes, this);
    }

    /**
     * The node id of a file, which must be on the file system of the root: inode numbers are unique
     * only there.
     */
    long nodeId(HostStat stat) throws FuseException {
        if (!stat.sameDevice(root)) {
            throw new FuseException(Errno.EXDEV);
        }
        return stat.inode() == root.inode() ? ROOT : stat.inode();
    }

    /** Finds the file of a name. */
    Entry find(Node directory, Bytes name) throws FuseException {
        HostStat stat = files.stat(directory.child(name));
        long nodeId = nodeId(stat);
        seen(nodeId, directory.id(), name);
        return new Entry(nodeId, stat.generation(), removed.seen(nodeId, stat.attributes()), directory.id());
    }

    /** Remembers that a file was seen in a directory. */
    void seen(long nodeId, long parent, Bytes name) {
        places.seen(nodeId, new Place(parent, name));
    }

    /** Remembers, and notes, that a file was given a name in a directory. */
    void moved(long nodeId, long parent, Bytes name) {
        seen(nodeId, parent, name);
        notes.set(nodeId, parent);
    }

    /** A file has lost a name. */
    void gone(long nodeId, long parent, Bytes name) {
        places.gone(nodeId, new Place(parent, name));
        for (Place other : places.of(nodeId)) {
            notes.set(nodeId, other.parent());
            return;
        }
    }

    void forget(long nodeId) {
        places.forget(nodeId);
    }

    /** Finds the file of a node id, or fails with ESTALE. */
    Node locate(long nodeId) throws FuseException {
        Optional<Node> known =
                removed.contains(nodeId) ? check(nodeId, Optional.of(removed.path(nodeId))) : remembered(nodeId);
        return known.isPresent() ? known.get() : search.find(nodeId).orElseThrow(() -> new FuseException(Errno.ESTALE));
    }

    /** The file of a node id if it is where it was seen. */
    Optional<Node> remembered(long nodeId) throws FuseException {
        if (nodeId == ROOT) {
            HostStat stat = files.stat(HostPath.ROOT);
            return Optional.of(new Node(ROOT, HostPath.ROOT, removed.seen(ROOT, stat.attributes())));
        }
        for (Place place : places.of(nodeId)) {
            Optional<HostPath> path = places.path(place);
            Optional<Node> node = check(nodeId, path);
            if (node.isPresent()) {
                return node;
            }
            if (path.isPresent()) {
                places.gone(nodeId, place);
            }
        }
        return Optional.empty();
    }

    boolean isRemembered(long nodeId) {
        return nodeId == ROOT || !places.of(nodeId).isEmpty();
    }

    private Optional<Node> check(long nodeId, Optional<HostPath> path) throws FuseException {
        if (path.isEmpty()) {
            return Optional.empty();
        }
        try {
            HostStat stat = files.stat(path.get());
            boolean same = stat.sameDevice(root) && nodeId(stat) == nodeId;
            return same
                    ? Optional.of(new Node(nodeId, path.get(), removed.seen(nodeId, stat.attributes())))
                    : Optional.empty();
        } catch (FuseException e) {
            if (NodeSearch.isAbsence(e)) {
                return Optional.empty();
            }
            throw e;
        }
    }
}
