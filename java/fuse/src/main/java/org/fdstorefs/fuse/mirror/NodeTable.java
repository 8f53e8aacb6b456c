// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.fuse.mirror;

import static java.util.Objects.requireNonNull;

import java.io.ByteArrayOutputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.fdstorefs.Errno;
import org.fdstorefs.fuse.Attributes;
import org.fdstorefs.fuse.Bytes;
import org.fdstorefs.fuse.FuseException;

/**
 * Where the file of a node id is.
 *
 * <p>A node id is the inode number of the mirrored file, and 1 for the root; so any server knows
 * what a node id means, also one that it never gave out. What is kept here is only a memory of
 * where that inode was seen. It is checked at each use, and what is unknown or wrong is looked for
 * in the whole tree. A successor begins with an empty table, and fills it so.
 */
final class NodeTable {
    static final long ROOT = 1;

    private static final Bytes ROOT_PATH = Bytes.of(".");

    private final HostFiles files;
    private final HostStat root;
    private final RemovedFiles removed;
    private final Map<Long, Place> places = new HashMap<>();

    NodeTable(HostFiles files, RemovedFiles removed) throws FuseException {
        this.files = requireNonNull(files, "files is null");
        this.removed = requireNonNull(removed, "removed is null");
        this.root = files.stat(ROOT_PATH);
    }

    private record Place(long parent, Bytes name) {}

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

    /** Remembers that a file was seen in a directory. */
    void seen(long nodeId, long parent, Bytes name) {
        places.put(nodeId, new Place(parent, name));
    }

    void forget(long nodeId) {
        places.remove(nodeId);
    }

    /** Finds the file of a node id, or fails with ESTALE. */
    Node locate(long nodeId) throws FuseException {
        Optional<Node> known = check(nodeId, path(nodeId));
        if (known.isPresent()) {
            return known.get();
        }
        Bytes removedPath = removed.path(nodeId);
        Optional<HostStat> removedStat = files.find(removedPath);
        if (removedStat.isPresent()) {
            return new Node(nodeId, removedPath, RemovedFiles.seen(removedStat.get().attributes()));
        }
        places.remove(nodeId);
        search(nodeId);
        return check(nodeId, path(nodeId)).orElseThrow(() -> new FuseException(Errno.ESTALE));
    }

    private Optional<Node> check(long nodeId, Optional<Bytes> path) throws FuseException {
        if (path.isEmpty()) {
            return Optional.empty();
        }
        try {
            HostStat stat = files.stat(path.get());
            boolean same = stat.sameDevice(root) && nodeId(stat) == nodeId;
            return same ? Optional.of(new Node(nodeId, path.get(), stat.attributes())) : Optional.empty();
        } catch (FuseException e) {
            if (e.errno() == Errno.ENOENT.number() || e.errno() == Errno.ENOTDIR.number()) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** The path of a node as far as it is remembered. */
    private Optional<Bytes> path(long nodeId) {
        if (nodeId == ROOT) {
            return Optional.of(ROOT_PATH);
        }
        ArrayDeque<Bytes> names = new ArrayDeque<>();
        for (long id = nodeId; id != ROOT; ) {
            Place place = places.get(id);
            if (place == null || names.size() > places.size()) {
                return Optional.empty();
            }
            names.push(place.name);
            id = place.parent;
        }
        ByteArrayOutputStream path = new ByteArrayOutputStream();
        for (Bytes name : names) {
            if (path.size() > 0) {
                path.write('/');
            }
            path.writeBytes(name.toArray());
        }
        return Optional.of(Bytes.of(path.toByteArray()));
    }

    /** Walks the tree until the file is found, and remembers what it sees on its way. */
    private void search(long nodeId) throws FuseException {
        ArrayDeque<Long> directories = new ArrayDeque<>(List.of(ROOT));
        while (!directories.isEmpty() && !places.containsKey(nodeId)) {
            long directory = directories.remove();
            Optional<Bytes> path = path(directory);
            if (path.isPresent()) {
                directories.addAll(searchDirectory(directory, path.get()));
            }
        }
    }

    private List<Long> searchDirectory(long directory, Bytes path) throws FuseException {
        List<Long> below = new ArrayList<>();
        try {
            files.list(path, entry -> {
                if (!removed.isDirectory(directory, entry.name())) {
                    seen(entry.inode(), directory, entry.name());
                    if (entry.mode() == Attributes.DIRECTORY || entry.mode() == 0) {
                        below.add(entry.inode());
                    }
                }
            });
        } catch (FuseException e) {
            if (e.errno() != Errno.ENOENT.number() && e.errno() != Errno.ENOTDIR.number()) {
                throw e;
            }
        }
        return below;
    }
}
