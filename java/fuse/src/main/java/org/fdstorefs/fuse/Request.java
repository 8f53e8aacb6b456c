// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.fuse;

import static java.util.Objects.requireNonNull;

/**
 * Who asks, and for which file.
 *
 * <p>A request can reach a file system twice: a server read it, worked on it, and was killed before
 * it could mark it as answered; the next server is handed it again, before any other request.
 * {@link #memo} is how the second one learns how far the first one came. A handler whose work must
 * not be done twice looks first, leaves what it saw as a memo, and only then works. On a replay it
 * finds the memo, and takes "already exists" or "already gone" for its own doing. No memo means
 * that the first one had not begun. A request whose handler had returned does not come again, and
 * nothing that depends on its answer has happened before it is replayed.
 *
 * <p>May be used by any thread until its handler has returned. Afterwards the memo is that of another
 * request: {@link #memo}, {@link #memo(long)} and {@link #isInterrupted} throw {@link
 * IllegalStateException}.
 */
public final class Request {
    private final RequestHeader header;
    private final boolean replayed;
    private final Journaled journal;
    private volatile boolean answered;

    Request(RequestHeader header, boolean replayed, Journaled journal) {
        this.header = requireNonNull(header, "header is null");
        this.replayed = replayed;
        this.journal = requireNonNull(journal, "journal is null");
    }

    /** Its handler has returned. */
    void answered() {
        answered = true;
    }

    private Journaled journal() {
        if (answered) {
            throw new IllegalStateException("the request is answered");
        }
        return journal;
    }

    /** The file or directory that is meant; of a LINK the directory that gets the new name. */
    public long nodeId() {
        return header.nodeId();
    }

    /** The user that asks. */
    public int uid() {
        return header.uid();
    }

    /** The group of the user that asks. */
    public int gid() {
        return header.gid();
    }

    /** The process that asks; 0 if it is not visible from the server's pid namespace. */
    public int pid() {
        return header.pid();
    }

    /**
     * Whether an earlier server had read this request and died before it was marked as answered.
     */
    public boolean replayed() {
        return replayed;
    }

    /**
     * Whether the process that asks was interrupted by a signal while it waits. A method that takes
     * long may then give up with EINTR; if it goes on, the process waits on.
     */
    public boolean isInterrupted() {
        return journal().isInterrupted(header.unique());
    }

    /** What was noted about this request, by this server or an earlier one; 0 if nothing was. */
    public long memo() {
        return journal().memo();
    }

    /**
     * Notes something about this request that a later server will see if this one is killed. Not 0.
     */
    public void memo(long value) {
        if (value == 0) {
            throw new IllegalArgumentException("a memo of 0 means none");
        }
        journal().memo(value);
    }
}
