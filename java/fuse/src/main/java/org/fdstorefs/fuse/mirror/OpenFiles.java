// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.fuse.mirror;

import static java.util.Objects.requireNonNull;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.fdstorefs.fuse.FuseException;
import org.fdstorefs.internal.Linux;

/**
 * Descriptors of files that were read or written lately. Only a cache: the kernel's handles mean
 * nothing here, and whatever is not open is opened again.
 */
final class OpenFiles implements AutoCloseable {
    private static final int CAPACITY = 64;

    private final HostFiles files;
    private final NodeTable nodes;
    private final Map<Key, Integer> descriptors = new LinkedHashMap<>(2 * CAPACITY, 0.75f, true);

    OpenFiles(HostFiles files, NodeTable nodes) {
        this.files = requireNonNull(files, "files is null");
        this.nodes = requireNonNull(nodes, "nodes is null");
    }

    private record Key(long nodeId, boolean writable) {}

    /** A descriptor that stays open until the next call here. */
    int get(long nodeId, boolean writable) throws FuseException {
        Key key = new Key(nodeId, writable);
        Integer known = descriptors.get(key);
        if (known != null) {
            return known;
        }
        int flags = writable ? Linux.O_WRONLY : Linux.O_RDONLY;
        int fd = files.openFile(nodes.locate(nodeId).path(), flags | Linux.O_NONBLOCK, 0);
        descriptors.put(key, fd);
        if (descriptors.size() > CAPACITY) {
            Iterator<Integer> oldest = descriptors.values().iterator();
            int old = oldest.next();
            oldest.remove();
            files.close(old);
        }
        return fd;
    }

    /** Closes what is open of a file. */
    void forget(long nodeId) throws FuseException {
        for (boolean writable : new boolean[] {false, true}) {
            Integer fd = descriptors.remove(new Key(nodeId, writable));
            if (fd != null) {
                files.close(fd);
            }
        }
    }

    @Override
    public void close() throws FuseException {
        for (int fd : descriptors.values()) {
            files.close(fd);
        }
        descriptors.clear();
    }
}
