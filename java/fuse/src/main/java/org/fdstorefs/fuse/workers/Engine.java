// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.fuse.workers;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.fdstorefs.fuse.wire.Journaled;
import org.fdstorefs.fuse.wire.RequestHeader;

/** What answers requests: a file system, or somebody who passes them on. Used by all workers at once. */
public interface Engine {

    /**
     * Answers one request.
     *
     * @param in behind the header
     * @param replayed whether an earlier server may have worked on it
     * @param out where the reply is put together, from its header on
     * @return the length of the reply
     */
    int dispatch(RequestHeader header, ByteBuffer in, boolean replayed, Journaled journal, ByteBuffer out);

    /** The kernel has forgotten a node. */
    void forget(long nodeId) throws IOException;

    /** Whoever waits for the answer to a request has been interrupted. */
    default void interrupt(long unique) {}
}
