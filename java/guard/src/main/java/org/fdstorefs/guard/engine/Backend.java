// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.guard.engine;

import java.nio.ByteBuffer;

/** One life of the server behind the guard. Used by all workers at once. */
public interface Backend {

    /** From here on the guard numbers its own requests. The kernel's numbers are even and grow from 0. */
    long FIRST_OWN_UNIQUE = 1L << 62;

    /** The longest reply that is not nonsense: the data of a READ, and a header. */
    int LONGEST_REPLY = Negotiation.MAX_WRITE + 4096;

    /** Which life it is, beginning with 1. */
    int generation();

    /**
     * Sends a request, and waits for its reply.
     *
     * @param message the header and what comes first
     * @param rest what comes behind it; may be empty
     * @param reply where the reply is put, from its beginning; direct memory
     * @return the length of the reply
     * @throws BackendGoneException if the server has ended, or ends before it replies
     */
    int call(ByteBuffer message, ByteBuffer rest, ByteBuffer reply) throws BackendGoneException;

    /**
     * Sends a request that has no reply.
     *
     * @throws BackendGoneException if the server has ended
     */
    void send(ByteBuffer message) throws BackendGoneException;
}
