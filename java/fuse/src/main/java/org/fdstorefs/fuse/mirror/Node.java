// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.fuse.mirror;

import java.io.ByteArrayOutputStream;
import org.fdstorefs.fuse.Attributes;
import org.fdstorefs.fuse.Bytes;
import org.fdstorefs.fuse.Entry;

/** A mirrored file as it was found just now. */
record Node(long id, Bytes path, Attributes attributes) {
    /** The path of a name in this directory. */
    Bytes child(Bytes name) {
        if (id == NodeTable.ROOT) {
            return name;
        }
        ByteArrayOutputStream child = new ByteArrayOutputStream();
        child.writeBytes(path.toArray());
        child.write('/');
        child.writeBytes(name.toArray());
        return Bytes.of(child.toByteArray());
    }

    Entry entry() {
        return new Entry(id, 0, attributes);
    }
}
