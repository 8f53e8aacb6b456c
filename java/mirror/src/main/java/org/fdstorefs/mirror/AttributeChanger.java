// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.mirror;

import static java.util.Objects.requireNonNull;

import org.fdstorefs.Errno;
import org.fdstorefs.fuse.AttributeChanges;
import org.fdstorefs.fuse.Attributes;
import org.fdstorefs.fuse.FuseException;

/** Changes attributes. All of it can be done twice, from the start. */
final class AttributeChanger {
    private final HostFiles files;
    private final NodeTable nodes;
    private final FileData data;

    AttributeChanger(HostFiles files, NodeTable nodes, FileData data) {
        this.files = requireNonNull(files, "files is null");
        this.nodes = requireNonNull(nodes, "nodes is null");
        this.data = requireNonNull(data, "data is null");
    }

    /**
     * Makes the changes in the order that lets each stay: a new owner clears bits of the mode, a new
     * size renews the times.
     */
    Attributes change(Node node, AttributeChanges changes) throws FuseException {
        if (changes.uid().isPresent() || changes.gid().isPresent()) {
            int uid = changes.uid().orElse(HostFiles.KEEP);
            files.changeOwner(node.path(), uid, changes.gid().orElse(HostFiles.KEEP));
        }
        if (changes.mode().isPresent()) {
            changeMode(node, changes.mode().getAsInt());
        }
        if (changes.size().isPresent()) {
            data.truncate(node.id(), changes.size().getAsLong());
        }
        if (changes.accessed().isPresent() || changes.modified().isPresent()) {
            files.changeTimes(node.path(), changes.accessed(), changes.modified());
        }
        return nodes.locate(node.id()).attributes();
    }

    private void changeMode(Node node, int mode) throws FuseException {
        if (node.attributes().type() == Attributes.SYMBOLIC_LINK) {
            throw new FuseException(Errno.EOPNOTSUPP);
        }
        files.changeMode(node.path(), mode);
    }
}
