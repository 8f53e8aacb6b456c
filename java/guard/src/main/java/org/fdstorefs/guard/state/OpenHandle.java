// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.guard.state;

/**
 * An open file or directory, by a number of the guard's, and how to open it again. The last three fields
 * are guarded by the {@link GuardState} that has it.
 */
public final class OpenHandle {
    private final long id;
    private final Node node;
    private final Opening opening;

    int generation;
    long backend;
    int errno;

    /**
     * How it was opened.
     *
     * @param unique the number of the request
     * @param directory whether by OPENDIR
     */
    public record Opening(long unique, boolean directory, int flags, int uid, int gid, int pid) {}

    OpenHandle(long id, Node node, Opening opening) {
        this.id = id;
        this.node = node;
        this.opening = opening;
    }

    /** The number by which the kernel knows it. */
    public long id() {
        return id;
    }

    public Node node() {
        return node;
    }

    public Opening opening() {
        return opening;
    }
}
