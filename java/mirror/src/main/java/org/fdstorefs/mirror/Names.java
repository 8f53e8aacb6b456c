// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.mirror;

import static java.util.Objects.requireNonNull;

import java.util.OptionalInt;
import org.fdstorefs.Errno;
import org.fdstorefs.fuse.Attributes;
import org.fdstorefs.fuse.Bytes;
import org.fdstorefs.fuse.Entry;
import org.fdstorefs.fuse.FuseException;
import org.fdstorefs.fuse.Request;

/**
 * Makes names, which cannot be done twice.
 *
 * <p>Each method begins with a look at what exists, and leaves that as the memo of its request. A server
 * that gets the request once more sees from the memo what its predecessor found, and from the
 * directory how far it came.
 */
final class Names {
    private static final int ONLY_OWNER = 0600;
    private static final int SET_GID = 02000;
    private static final int PERMISSIONS = 07777;

    private final HostFiles files;
    private final RemovedFiles removed;
    private final NodeTable nodes;
    private final FileData data;

    Names(HostFiles files, RemovedFiles removed, NodeTable nodes, FileData data) {
        this.files = requireNonNull(files, "files is null");
        this.removed = requireNonNull(removed, "removed is null");
        this.nodes = requireNonNull(nodes, "nodes is null");
        this.data = requireNonNull(data, "data is null");
    }

    /** Makes the file of a path. */
    @FunctionalInterface
    private interface Maker {
        void make(HostPath path) throws FuseException;
    }

    Entry symlink(Request request, Bytes name, Bytes target) throws FuseException {
        Node directory = nodes.locate(request.nodeId());
        make(request, directory, name, path -> files.symlink(target, path));
        return give(request, directory, name, OptionalInt.empty());
    }

    Entry makeNode(Request request, Bytes name, int mode, int device) throws FuseException {
        Node directory = nodes.locate(request.nodeId());
        int onlyOwner = (mode & Attributes.TYPE_MASK) | ONLY_OWNER;
        make(request, directory, name, path -> files.makeNode(path, onlyOwner, device));
        return give(request, directory, name, OptionalInt.of(mode));
    }

    Entry makeDirectory(Request request, Bytes name, int mode) throws FuseException {
        Node directory = nodes.locate(request.nodeId());
        int inherited = directory.attributes().mode() & SET_GID;
        make(request, directory, name, path -> files.makeDirectory(path, ONLY_OWNER));
        return give(request, directory, name, OptionalInt.of(mode | inherited));
    }

    Entry link(Request request, Bytes name, long target) throws FuseException {
        Node directory = nodes.locate(request.nodeId());
        Node file = nodes.locate(target);
        make(request, directory, name, path -> files.link(file.path(), path));
        return nodes.find(directory, name);
    }

    /** Makes a name; on a replay it may be there already. */
    private void make(Request request, Node directory, Bytes name, Maker maker) throws FuseException {
        HostPath path = removed.pathToChange(directory, name);
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

    /** Makes a regular file, unless it exists; {@code flags} are those of open(2). */
    Entry create(Request request, Bytes name, int mode, int flags) throws FuseException {
        Node directory = nodes.locate(request.nodeId());
        HostPath path = removed.pathToChange(directory, name);
        if (!FirstLook.wasThere(request, () -> files.find(path).isPresent())) {
            files.close(files.openFile(path, Libc.O_CREAT | Libc.O_WRONLY, ONLY_OWNER));
            return give(request, directory, name, OptionalInt.of(mode));
        }
        if ((flags & Libc.O_EXCL) != 0) {
            throw new FuseException(Errno.EEXIST);
        }
        Entry entry = nodes.find(directory, name);
        if (entry.attributes().type() != Attributes.REGULAR) {
            throw new FuseException(Errno.ESTALE); // upon which the kernel looks the name up, and sees for itself
        }
        if ((flags & Libc.O_TRUNC) != 0 && entry.attributes().size() > 0) {
            data.truncate(entry.nodeId(), 0);
            return nodes.find(directory, name);
        }
        return entry;
    }

    /** Gives a new file to who asked for it; a symbolic link has no mode. */
    private Entry give(Request request, Node directory, Bytes name, OptionalInt mode) throws FuseException {
        HostPath path = directory.child(name);
        try {
            files.changeOwner(path, request.uid(), group(directory, request));
            if (mode.isPresent()) {
                files.changeMode(path, mode.getAsInt() & PERMISSIONS); // last, since a new owner clears bits
            }
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

    private static int group(Node directory, Request request) {
        return (directory.attributes().mode() & SET_GID) != 0
                ? directory.attributes().gid()
                : request.gid();
    }
}
