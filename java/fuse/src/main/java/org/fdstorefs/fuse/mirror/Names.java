// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.fuse.mirror;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import org.fdstorefs.Errno;
import org.fdstorefs.fuse.Attributes;
import org.fdstorefs.fuse.Bytes;
import org.fdstorefs.fuse.Entry;
import org.fdstorefs.fuse.FuseException;
import org.fdstorefs.fuse.Request;
import org.fdstorefs.internal.Linux;

/**
 * Makes, removes and renames: what cannot be done twice.
 *
 * <p>Each begins with a look at what is there, and leaves that as the memo of its request. A server
 * that gets the request once more sees from the memo what its predecessor found, and from the
 * directory how far it came.
 */
final class Names {
    static final int ONLY_OWNER = 0600;
    static final int SET_GID = 02000;

    private static final int PERMISSIONS = 07777;
    private static final int RENAME_EXCHANGE = 2;

    /** Memos of a request that makes a name. Of others the memo is an inode number. */
    private static final long WAS_ABSENT = 1;

    private static final long WAS_THERE = 2;

    private final HostFiles files;
    private final RemovedFiles removed;
    private final NodeTable nodes;

    Names(HostFiles files, RemovedFiles removed, NodeTable nodes) {
        this.files = requireNonNull(files, "files is null");
        this.removed = requireNonNull(removed, "removed is null");
        this.nodes = requireNonNull(nodes, "nodes is null");
    }

    /** Makes the file of a path. */
    interface Maker {
        void make(Bytes path) throws FuseException;
    }

    /** Finds the file of a name. */
    Entry find(Node directory, Bytes name) throws FuseException {
        HostStat stat = files.stat(directory.child(name));
        long nodeId = nodes.nodeId(stat);
        nodes.seen(nodeId, directory.id(), name);
        return new Entry(nodeId, 0, stat.attributes());
    }

    /** Makes a name; on a replay it may be there already. */
    void make(Request request, Node directory, Bytes name, Maker maker) throws FuseException {
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

    /** Makes a regular file, unless it is there. */
    Entry create(Request request, Node directory, Bytes name, int mode, boolean exclusive) throws FuseException {
        Bytes path = child(directory, name);
        if (wasAbsent(request, path)) {
            files.close(files.openFile(path, Linux.O_CREAT | Linux.O_WRONLY, ONLY_OWNER));
            return give(request, directory, name, mode);
        }
        if (exclusive) {
            throw new FuseException(Errno.EEXIST);
        }
        return find(directory, name);
    }

    /** Gives a new file to who asked for it. */
    Entry give(Request request, Node directory, Bytes name, int mode) throws FuseException {
        Bytes path = directory.child(name);
        files.changeOwner(path, request.uid(), group(directory, request));
        files.changeMode(path, mode & PERMISSIONS); // after the owner, since a change of that clears bits
        return find(directory, name);
    }

    /** As {@link #give}, for a symbolic link, which has no mode. */
    Entry giveLink(Request request, Node directory, Bytes name) throws FuseException {
        files.changeOwner(directory.child(name), request.uid(), group(directory, request));
        return find(directory, name);
    }

    /** Removes a name; on a replay it may be gone already. */
    void remove(Request request, Node parent, Bytes name, boolean directory) throws FuseException {
        Bytes path = child(parent, name);
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

    /** Renames; on a replay the file may have its new name already. */
    void rename(Request request, Node directory, Bytes name, Node newDirectory, Bytes newName, int flags)
            throws FuseException {
        Bytes path = child(directory, name);
        Bytes newPath = child(newDirectory, newName);
        Optional<HostStat> replaced = files.find(newPath);
        boolean done = request.memo() != 0
                && replaced.isPresent()
                && replaced.get().inode() == request.memo();
        if (!done) {
            request.memo(files.stat(path).inode());
            if (replaced.isPresent() && flags == 0) {
                HostStat target = replaced.get();
                removed.prepareReplacement(nodes.nodeId(target), newPath, target.attributes());
            }
            files.rename(path, newPath, flags);
        }
        find(newDirectory, newName);
        if (flags == RENAME_EXCHANGE) {
            find(directory, name);
        }
    }

    /** Whether a name was not there when this request was seen for the first time. */
    private boolean wasAbsent(Request request, Bytes path) throws FuseException {
        if (request.memo() == 0) {
            request.memo(files.find(path).isPresent() ? WAS_THERE : WAS_ABSENT);
        }
        return request.memo() == WAS_ABSENT;
    }

    private static int group(Node directory, Request request) {
        return (directory.attributes().mode() & SET_GID) != 0 ? directory.attributes().gid() : request.gid();
    }

    /** The path of a name that is about to be changed. */
    private Bytes child(Node directory, Bytes name) throws FuseException {
        if (removed.isDirectory(directory.id(), name)) {
            throw new FuseException(Errno.EPERM);
        }
        return directory.child(name);
    }
}
