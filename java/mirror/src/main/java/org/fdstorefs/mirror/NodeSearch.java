// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.mirror;

import static java.util.Objects.requireNonNull;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.fdstorefs.Errno;
import org.fdstorefs.fuse.Attributes;
import org.fdstorefs.fuse.FuseException;
import org.fdstorefs.fuse.NodeNotes;

/**
 * Looks for nodes of which it is not remembered where they are, by listing directories: those that
 * the notes name, from the top down, and if that does not help, all of them. Whatever is seen on
 * the way is remembered, so each directory is read about once.
 */
final class NodeSearch {
    private final HostFiles files;
    private final RemovedFiles removed;
    private final NodeNotes notes;
    private final NodeTable nodes;

    NodeSearch(HostFiles files, RemovedFiles removed, NodeNotes notes, NodeTable nodes) {
        this.files = requireNonNull(files, "files is null");
        this.removed = requireNonNull(removed, "removed is null");
        this.notes = requireNonNull(notes, "notes is null");
        this.nodes = requireNonNull(nodes, "nodes is null");
    }

    /** Looks for a node; one thread at a time, since the next one may not have to look any more. */
    synchronized Optional<Node> find(long nodeId) throws FuseException {
        Optional<Node> node = nodes.remembered(nodeId);
        if (node.isEmpty()) {
            listNoted(nodeId);
            node = nodes.remembered(nodeId);
        }
        if (node.isEmpty()) {
            listAll(nodeId);
            node = nodes.remembered(nodeId);
        }
        return node;
    }

    /** Lists the directories that are above a node according to the notes. */
    private void listNoted(long nodeId) throws FuseException {
        Deque<Long> above = new ArrayDeque<>();
        Set<Long> visited = new HashSet<>();
        long id = nodeId;
        Optional<Node> directory = Optional.empty();
        while (directory.isEmpty()) {
            id = notes.get(id);
            if (id == 0 || !visited.add(id)) {
                return;
            }
            directory = nodes.remembered(id);
            if (directory.isEmpty()) {
                above.push(id);
            }
        }
        while (directory.isPresent()) {
            list(directory.get());
            directory = above.isEmpty() ? Optional.empty() : nodes.remembered(above.pop());
        }
    }

    /** Walks the tree until a node is found. */
    private void listAll(long nodeId) throws FuseException {
        Deque<Long> directories = new ArrayDeque<>(List.of(NodeTable.ROOT));
        while (!directories.isEmpty() && !nodes.isRemembered(nodeId)) {
            Optional<Node> directory = nodes.remembered(directories.remove());
            if (directory.isPresent()) {
                directories.addAll(list(directory.get()));
            }
        }
    }

    /** Remembers the names in a directory; returns the directories among them. */
    private List<Long> list(Node directory) throws FuseException {
        List<Long> below = new ArrayList<>();
        for (HostEntry entry : entries(directory)) {
            if (!removed.isDirectory(directory.id(), entry.name())) {
                nodes.seen(entry.inode(), directory.id(), entry.name());
                if (entry.mode() == Attributes.DIRECTORY || entry.mode() == 0) {
                    below.add(entry.inode());
                }
            }
        }
        return below;
    }

    private List<HostEntry> entries(Node directory) throws FuseException {
        try {
            return files.list(directory.path());
        } catch (FuseException e) {
            if (isAbsence(e)) {
                return List.of(); // it was there a moment ago, but the host has other users, too
            }
            throw e;
        }
    }

    /** Whether an error means that there is no file at a path. */
    static boolean isAbsence(FuseException e) {
        return e.errno() == Errno.ENOENT.number() || e.errno() == Errno.ENOTDIR.number();
    }
}
