// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.mirror;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import org.fdstorefs.Errno;
import org.fdstorefs.fuse.Bytes;
import org.fdstorefs.fuse.FuseException;
import org.fdstorefs.fuse.Request;

/** Removes names. That there was one is the memo of the request. */
final class Removal {
    private final HostFiles files;
    private final RemovedFiles removed;
    private final NodeTable nodes;

    Removal(HostFiles files, RemovedFiles removed, NodeTable nodes) {
        this.files = requireNonNull(files, "files is null");
        this.removed = requireNonNull(removed, "removed is null");
        this.nodes = requireNonNull(nodes, "nodes is null");
    }

    /** Removes a name; on a replay it may be gone already. */
    void remove(Request request, Bytes name, boolean directory) throws FuseException {
        Node parent = nodes.locate(request.nodeId());
        HostPath path = removed.pathToChange(parent, name);
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
}
