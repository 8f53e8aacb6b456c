// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.mirror;

import static java.util.Objects.requireNonNull;

import org.fdstorefs.fuse.Attributes;
import org.fdstorefs.fuse.Bytes;

/** A mirrored file as it was found just now. */
record Node(long id, HostPath path, Attributes attributes) {
    Node {
        requireNonNull(path, "path is null");
        requireNonNull(attributes, "attributes is null");
    }

    /** The path of a name in this directory. */
    HostPath child(Bytes name) {
        return path.child(name);
    }

    boolean isDirectory() {
        return attributes.type() == Attributes.DIRECTORY;
    }
}
