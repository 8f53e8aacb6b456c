// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.fuse.mirror;

import static java.util.Objects.requireNonNull;

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
 * not removed but moved to a hidden directory, where it is the node id. It goes when the kernel
 * says that it has forgotten the node.
 */
final class RemovedFiles {
    private static final Bytes DIRECTORY = Bytes.of(".fdstorefs-removed");
    private static final int PRIVATE = 0700;

    private final HostFiles files;

    RemovedFiles(HostFiles files) {
        this.files = requireNonNull(files, "files is null");
    }

    /** Whether this name is the hidden directory. */
    boolean isDirectory(long parent, Bytes name) {
        return parent == NodeTable.ROOT && name.equals(DIRECTORY);
    }

    /** Where the file of a node is if its last name was removed. */
    Bytes path(long nodeId) {
        return Bytes.of(DIRECTORY + "/" + nodeId);
    }

    /** What a file that is in the hidden directory looks like to those who have it open. */
    static Attributes seen(Attributes kept) {
        return kept.withLinks(kept.type() == Attributes.DIRECTORY ? 0 : kept.links() - 1);
    }

    /** Removes a name of a file. */
    void remove(long nodeId, Bytes path, Attributes attributes) throws FuseException {
        if (attributes.type() == Attributes.DIRECTORY) {
            requireEmpty(path);
        } else if (attributes.links() > 1) {
            files.unlink(path);
            return;
        }
        makeDirectory();
        files.rename(path, path(nodeId), 0);
    }

    /**
     * Prepares a file for losing its name to another one that is renamed, which leaves no moment
     * without the name.
     */
    void prepareReplacement(long nodeId, Bytes path, Attributes attributes) throws FuseException {
        if (attributes.type() == Attributes.DIRECTORY) {
            remove(nodeId, path, attributes); // which has no second name: here there is such a moment on the host
        } else if (attributes.links() == 1) {
            makeDirectory();
            files.link(path, path(nodeId));
        }
    }

    /** Lets go of a file that the kernel has forgotten; most were never removed. */
    void drop(long nodeId) throws FuseException {
        drop(path(nodeId));
    }

    /** Lets go of everything, when the mount is no more. */
    void dropAll() throws FuseException {
        if (files.find(DIRECTORY).isPresent()) {
            files.list(DIRECTORY, entry -> drop(Bytes.of(DIRECTORY + "/" + entry.name())));
            files.removeDirectory(DIRECTORY);
        }
    }

    private void drop(Bytes path) throws FuseException {
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

    private void requireEmpty(Bytes directory) throws FuseException {
        files.list(directory, entry -> {
            throw new FuseException(Errno.ENOTEMPTY);
        });
    }

    private void makeDirectory() throws FuseException {
        if (files.find(DIRECTORY).isEmpty()) {
            files.makeDirectory(DIRECTORY, PRIVATE);
        }
    }
}
