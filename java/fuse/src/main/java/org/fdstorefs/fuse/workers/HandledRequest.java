// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.fuse.workers;

import static java.util.Objects.requireNonNull;

import org.fdstorefs.fuse.Request;
import org.fdstorefs.fuse.wire.Journaled;
import org.fdstorefs.fuse.wire.RequestHeader;

/** A request as its handler sees it, with the memo in the journal. */
final class HandledRequest implements Request {
    private final RequestHeader header;
    private final boolean replayed;
    private final Journaled journal;
    private volatile boolean answered;

    HandledRequest(RequestHeader header, boolean replayed, Journaled journal) {
        this.header = requireNonNull(header, "header is null");
        this.replayed = replayed;
        this.journal = requireNonNull(journal, "journal is null");
    }

    /** Closes the journal to the handler, which has returned. */
    void answered() {
        answered = true;
    }

    private Journaled journal() {
        if (answered) {
            throw new IllegalStateException("the request is answered");
        }
        return journal;
    }

    @Override
    public long nodeId() {
        return header.nodeId();
    }

    @Override
    public int uid() {
        return header.uid();
    }

    @Override
    public int gid() {
        return header.gid();
    }

    @Override
    public int pid() {
        return header.pid();
    }

    @Override
    public boolean replayed() {
        return replayed;
    }

    @Override
    public boolean isInterrupted() {
        return journal().isInterrupted(header.unique());
    }

    @Override
    public long memo() {
        return journal().memo();
    }

    @Override
    public void memo(long value) {
        if (value == 0) {
            throw new IllegalArgumentException("a memo of 0 means none");
        }
        journal().memo(value);
    }
}
