// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.guard;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.fdstorefs.FdFunction;
import org.fdstorefs.guard.backend.Messages;
import org.fdstorefs.internal.Sys;
import org.jspecify.annotations.Nullable;

/**
 * How one thread sends messages and receives them: the system calls as functions of the socket, which are made once,
 * and take what is in here. Buffers are nearly always the ones of last time, so where they are is remembered.
 */
final class Port {
    private static final int IOVECS = 4 * Long.BYTES;
    private static final int HEAD = 0;
    private static final int REST = 1;
    private static final int REPLY = 2;

    private final ByteBuffer iovecs = ByteBuffer.allocateDirect(IOVECS).order(ByteOrder.nativeOrder());
    private final long iovecsAt = Sys.address(iovecs);
    private final @Nullable ByteBuffer[] known = new ByteBuffer[3];
    private final long[] addresses = new long[3];
    private final FdFunction<Long> send = number -> Messages.send(number, iovecsAt, this.count);
    private final FdFunction<Long> receive = number -> Messages.receive(number, this.roomAt, this.room, this.flags);
    private int count;
    private long roomAt;
    private int room;
    private int flags;

    /** Where a direct buffer begins; it cannot go as long as it is known. */
    @SuppressWarnings("ReferenceEquality") // whether it is this memory, not what is in it
    private long address(int use, ByteBuffer direct) {
        if (known[use] != direct) {
            known[use] = direct;
            addresses[use] = Sys.address(direct);
        }
        return addresses[use];
    }

    private void piece(int use, ByteBuffer direct) {
        iovecs.putLong(address(use, direct) + direct.position()).putLong(direct.remaining());
        count++;
    }

    /** A message of one piece. */
    Port compose(ByteBuffer message) {
        iovecs.clear();
        count = 0;
        piece(HEAD, message);
        return this;
    }

    /** A message of two pieces, of which the second may be empty. */
    Port compose(ByteBuffer message, ByteBuffer rest) {
        compose(message);
        if (rest.hasRemaining()) {
            piece(REST, rest);
        }
        return this;
    }

    /** Sends what was composed. */
    FdFunction<Long> send() {
        return send;
    }

    /** Receives from the beginning of a buffer on. */
    FdFunction<Long> into(ByteBuffer reply, int how) {
        roomAt = address(REPLY, reply);
        room = reply.capacity();
        flags = how;
        return receive;
    }
}
