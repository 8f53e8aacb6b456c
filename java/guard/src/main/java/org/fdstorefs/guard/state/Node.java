// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.guard.state;

import org.fdstorefs.fuse.Bytes;
import org.jspecify.annotations.Nullable;

/**
 * A file or directory that the kernel knows, by a number of the guard's: the server's own number for it
 * is another one in each of its lives. The fields are guarded by the {@link GuardState} that has it.
 */
public final class Node {
    /** The number of the root, in every FUSE file system. */
    public static final long ROOT = 1;

    /** A name of the node. */
    static final class Link {
        final Node parent;
        final Bytes name;
        final Node node;

        @Nullable
        Link next;

        Link(Node parent, Bytes name, Node node) {
            this.parent = parent;
            this.name = name;
            this.node = node;
        }
    }

    private final long id;
    private final int type;
    long inode;

    @Nullable
    Link links;
    /** The name that keeps it alive after its last one was removed while it was open. */
    @Nullable
    Hidden hidden;

    int handles;
    /** The kernel has forgotten it, but it is still needed: releases may be answered after that. */
    boolean forgotten;

    // What it is to the server's present life.
    int generation;
    long backend;
    int lookups;

    Node(long id, int type, long inode) {
        this.id = id;
        this.type = type;
        this.inode = inode;
    }

    boolean isNeeded() {
        return handles > 0 || hidden != null;
    }

    /** The number by which the kernel knows it. */
    public long id() {
        return id;
    }

    /** The bits of its mode that say what it is. */
    public int type() {
        return type;
    }

    @Override
    public String toString() {
        return "node " + id;
    }
}
