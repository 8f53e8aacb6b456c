// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.fuse;

import static java.util.Objects.requireNonNull;

/**
 * A file that was found or made.
 *
 * @param nodeId the number by which later requests name it; 1 is the root
 * @param generation distinguishes two files that had the same node id one after the other
 * @param note what {@link NodeNotes} is to keep about the node from now on
 */
public record Entry(long nodeId, long generation, Attributes attributes, long note) {
    /** Refuses missing attributes and node id 0, which means "no such file" on the wire. */
    public Entry {
        requireNonNull(attributes, "attributes is null");
        if (nodeId == 0) {
            throw new IllegalArgumentException("nodeId is 0");
        }
    }

    /** An entry whose node gets no note. */
    public Entry(long nodeId, long generation, Attributes attributes) {
        this(nodeId, generation, attributes, 0);
    }
}
