// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.fuse;

/**
 * One number for each node that the kernel knows, which the file system may use as it likes and
 * which outlives the server: something by which the next one finds the file. Thread-safe.
 *
 * <p>They are those of a session: once that is closed, both methods throw {@link
 * IllegalStateException}.
 */
public interface NodeNotes {
    /** The note of a node; 0 if it has none, or the kernel does not know the node. */
    long get(long nodeId);

    /**
     * Changes the note of a node. Nothing happens if the kernel does not know the node: the note of a
     * new one is that of its {@link Entry}.
     */
    void set(long nodeId, long note);
}
