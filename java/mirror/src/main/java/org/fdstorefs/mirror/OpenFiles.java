// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.mirror;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.fdstorefs.fuse.FuseException;
import org.jspecify.annotations.Nullable;

/**
 * Descriptors of files that were read or written lately. Only a cache: the kernel's handles mean
 * nothing here, and whatever is not open is opened again.
 *
 * <p>Thread-safe. A descriptor is closed when it is not wanted any more and the last one that uses it
 * has finished. If that fails, data may be lost; who happens to close it has nothing to do with that, so it is kept
 * for the next request about that file.
 */
final class OpenFiles implements AutoCloseable {
    private static final int CAPACITY = 64;

    private final HostFiles files;
    private final NodeTable nodes;
    private final TreeLock lock;

    /** Least recently used first. */
    private final Map<Key, OpenFile> open = new LinkedHashMap<>(2 * CAPACITY, 0.75f, true);

    OpenFiles(HostFiles files, NodeTable nodes, TreeLock lock) {
        this.files = requireNonNull(files, "files is null");
        this.nodes = requireNonNull(nodes, "nodes is null");
        this.lock = requireNonNull(lock, "lock is null");
    }

    /** Errors that have not been reported yet. */
    private final Map<Long, FuseException> failures = new HashMap<>();

    private record Key(long nodeId, boolean writable) {}

    /** Counts the users of a descriptor, of which the cache is one; guarded by the cache. */
    private static final class OpenFile {
        private final long nodeId;
        private final int fd;
        private int users = 1;

        OpenFile(long nodeId, int fd) {
            this.nodeId = nodeId;
            this.fd = fd;
        }
    }

    /** Something that is done with a descriptor. */
    @FunctionalInterface
    interface Use<T> {
        T with(int fd) throws FuseException;
    }

    /** Has a file open while something is done with it. */
    <T> T use(long nodeId, boolean writable, Use<T> use) throws FuseException {
        OpenFile file = acquire(new Key(nodeId, writable));
        try {
            return use.with(file.fd);
        } finally {
            release(file);
        }
    }

    private OpenFile acquire(Key key) throws FuseException {
        OpenFile known = known(key);
        if (known != null) {
            return known;
        }
        int flags = (key.writable() ? Libc.O_WRONLY : Libc.O_RDONLY) | Libc.O_NONBLOCK;
        int fd = lock.shared(() -> files.openFile(nodes.locate(key.nodeId()).path(), flags, 0));
        return add(key, fd);
    }

    private synchronized @Nullable OpenFile known(Key key) {
        OpenFile file = open.get(key);
        if (file != null) {
            file.users++;
        }
        return file;
    }

    private synchronized OpenFile add(Key key, int fd) {
        OpenFile file = known(key);
        if (file != null) {
            close(key.nodeId(), fd); // another thread was faster
            return file;
        }
        file = new OpenFile(key.nodeId(), fd);
        file.users++;
        open.put(key, file);
        if (open.size() > CAPACITY) {
            Iterator<OpenFile> oldest = open.values().iterator();
            OpenFile old = oldest.next();
            oldest.remove();
            release(old);
        }
        return file;
    }

    private synchronized void release(OpenFile file) {
        file.users--;
        if (file.users == 0) {
            close(file.nodeId, file.fd);
        }
    }

    private void close(long nodeId, int fd) {
        try {
            files.close(fd);
        } catch (FuseException e) {
            failures.putIfAbsent(nodeId, e);
        }
    }

    /** Tells once what went wrong when the file was closed here. */
    synchronized void check(long nodeId) throws FuseException {
        FuseException failure = failures.remove(nodeId);
        if (failure != null) {
            throw failure;
        }
    }

    /** Closes what is open of a file. */
    synchronized void forget(long nodeId) throws FuseException {
        for (boolean writable : new boolean[] {false, true}) {
            OpenFile file = open.remove(new Key(nodeId, writable));
            if (file != null) {
                release(file);
            }
        }
        check(nodeId);
    }

    @Override
    public synchronized void close() throws FuseException {
        List<OpenFile> all = new ArrayList<>(open.values());
        open.clear();
        all.forEach(this::release);
        List<FuseException> untold = new ArrayList<>(failures.values());
        failures.clear();
        if (!untold.isEmpty()) {
            throw untold.get(0);
        }
    }
}
