// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.mirror;

import static java.util.Objects.requireNonNull;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.fdstorefs.Errno;
import org.fdstorefs.fuse.DirectoryFiller;
import org.fdstorefs.fuse.FuseException;
import org.jspecify.annotations.Nullable;

/**
 * Reads directories. A listing is kept from its start to the last request for it, which matters for
 * large directories; only as a cache, since offsets are good for any listing. Thread-safe, for those
 * who hold the {@link TreeLock}.
 */
final class Directories {
    private static final int MOST = 16;

    private final HostFiles files;
    private final RemovedFiles removed;
    private final NodeTable nodes;

    /** Least recently used first. */
    private final Map<Long, DirectoryListing> listings = new LinkedHashMap<>(2 * MOST, 0.75f, true);

    Directories(HostFiles files, RemovedFiles removed, NodeTable nodes) {
        this.files = requireNonNull(files, "files is null");
        this.removed = requireNonNull(removed, "removed is null");
        this.nodes = requireNonNull(nodes, "nodes is null");
    }

    /** Adds the names behind an offset. */
    void read(long nodeId, long offset, DirectoryFiller filler) throws FuseException {
        Node directory = nodes.locate(nodeId);
        DirectoryListing listing = offset == 0 ? null : kept(nodeId);
        if (listing == null) {
            listing = DirectoryListing.read(files, removed, directory);
            keep(nodeId, listing);
        }
        boolean entries = filler.wantsEntries() && !removed.contains(nodeId);
        listing.fill(
                offset,
                (entry, next) -> (entries && !DirectoryListing.isSpecial(next))
                        ? addEntry(directory, entry, next, filler)
                        : filler.add(entry.name(), entry.inode(), entry.mode(), next));
    }

    private synchronized @Nullable DirectoryListing kept(long nodeId) {
        return listings.get(nodeId);
    }

    private synchronized void keep(long nodeId, DirectoryListing listing) {
        listings.put(nodeId, listing);
        if (listings.size() > MOST) {
            Iterator<DirectoryListing> oldest = listings.values().iterator();
            oldest.next();
            oldest.remove();
        }
    }

    private boolean addEntry(Node directory, HostEntry entry, long next, DirectoryFiller filler) throws FuseException {
        try {
            return filler.add(entry.name(), nodes.find(directory, entry.name()), next);
        } catch (FuseException e) {
            if (e.errno() == Errno.ENOENT.number()) {
                return true; // removed since it was listed
            }
            return filler.add(entry.name(), entry.inode(), entry.mode(), next); // its lookup will say why
        }
    }

    /** A listing has come to its end. */
    synchronized void release(long nodeId) {
        listings.remove(nodeId);
    }

    /** Has the host write down which names there are. */
    void sync(long nodeId) throws FuseException {
        int fd = files.openFile(nodes.locate(nodeId).path(), Libc.O_DIRECTORY, 0);
        try {
            files.sync(fd, false);
        } finally {
            files.close(fd);
        }
    }
}
