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
 * Makes and removes names: what cannot be done twice.
 *
 * <p>Each begins with a look at what is there, and leaves that as the memo of its request. A server
 * that gets the request once more sees from the memo what its predecessor found, and from the
 * directory how far it came.
 */
final class Names {
    static final int ONLY_OWNER = 0600;
    static final int SET_GID = 02000;

    private static final int PERMISSIONS = 07777;

    private final HostFiles files;
    private final RemovedFiles removed;
    private final NodeTable nodes;

    Names(HostFiles files, RemovedFiles removed, NodeTable nodes) {
        this.files = requireNonNull(files, "files is null");
        this.removed = requireNonNull(removed, "removed is null");
        this.nodes = requireNonNull(nodes, "nodes is null");
    }

    /** Makes the file of a path. */
    @FunctionalInterface
    interface Maker {
        void make(HostPath path) throws FuseException;
    }

    /** Makes a name; on a replay it may be there already. */
    void make(Request request, Node directory, Bytes name, Maker maker) throws FuseException {
        HostPath path = child(directory, name);
        boolean wasThere = FirstLook.wasThere(request, () -> files.find(path).isPresent());
        try {
            maker.make(path);
        } catch (FuseException e) {
            boolean madeBefore = !wasThere && request.replayed();
            if (e.errno() != Errno.EEXIST.number() || !madeBefore) {
                throw e;
            }
        }
    }

    /** Makes a regular file, unless it is there. */
    Entry create(Request request, Node directory, Bytes name, int mode, boolean exclusive) throws FuseException {
        HostPath path = child(directory, name);
        if (!FirstLook.wasThere(request, () -> files.find(path).isPresent())) {
            files.close(files.openFile(path, Linux.O_CREAT | Linux.O_WRONLY, ONLY_OWNER));
            return give(request, directory, name, mode);
        }
        if (exclusive) {
            throw new FuseException(Errno.EEXIST);
        }
        Entry entry = nodes.find(directory, name);
        if (entry.attributes().type() != Attributes.REGULAR) {
            throw new FuseException(Errno.ESTALE); // upon which the kernel looks the name up, and sees for itself
        }
        return entry;
    }

    /** Gives a new file to who asked for it. */
    Entry give(Request request, Node directory, Bytes name, int mode) throws FuseException {
        HostPath path = directory.child(name);
        try {
            files.changeOwner(path, request.uid(), group(directory, request));
            files.changeMode(path, mode & PERMISSIONS); // after the owner, since a change of that clears bits
        } catch (FuseException e) {
            unmake(path, e);
            throw e;
        }
        return nodes.find(directory, name);
    }

    /** As {@link #give}, for a symbolic link, which has no mode. */
    Entry giveLink(Request request, Node directory, Bytes name) throws FuseException {
        HostPath path = directory.child(name);
        try {
            files.changeOwner(path, request.uid(), group(directory, request));
        } catch (FuseException e) {
            unmake(path, e);
            throw e;
        }
        return nodes.find(directory, name);
    }

    /** What could not be given away was not made. */
    private void unmake(HostPath path, FuseException reason) {
        try {
            if (files.stat(path).isDirectory()) {
                files.removeDirectory(path);
            } else {
                files.unlink(path);
            }
        } catch (FuseException e) {
            reason.addSuppressed(e);
        }
    }

    /** Removes a name; on a replay it may be gone already. */
    void remove(Request request, Node parent, Bytes name, boolean directory) throws FuseException {
        HostPath path = child(parent, name);
        Optional<HostStat> found = files.find(path);
        if (found.isEmpty() && request.memo() != 0) {
            return;
        }
        HostStat file = found.orElseThrow(() -> new FuseException(Errno.ENOENT));
        if (file.isDirectory() != directory) {
            throw new FuseException(directory ? Errno.ENOTDIR : Errno.EISDIR);
        }
        long nodeId = nodes.nodeId(file);
        if (directory && !files.isEmpty(path)) {
            throw new FuseException(Errno.ENOTEMPTY);
        }
        request.memo(file.inode());
        if (removed.contains(nodeId) || (!directory && file.attributes().links() > 1)) {
            files.unlink(path);
        } else {
            removed.hide(nodeId, path);
        }
        nodes.gone(nodeId, parent.id(), name);
    }

    /** The path of a name that is about to be changed. */
    HostPath child(Node directory, Bytes name) throws FuseException {
        if (removed.isDirectory(directory.id(), name)) {
            throw new FuseException(Errno.EPERM);
        }
        if (removed.contains(directory.id())) {
            throw new FuseException(Errno.ENOENT);
        }
        return directory.child(name);
    }

    private static int group(Node directory, Request request) {
        return (directory.attributes().mode() & SET_GID) != 0 ? directory.attributes().gid() : request.gid();
    }
}
