// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.guard.engine;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.fdstorefs.fuse.Bytes;

/** A request for the server, put together by one thread in memory of its own. */
final class Message {
    private static final int CAPACITY = 8 * 1024;

    private final ByteBuffer nothing = ByteBuffer.allocateDirect(0);
    private final ByteBuffer head = ByteBuffer.allocateDirect(CAPACITY).order(ByteOrder.nativeOrder());
    private ByteBuffer rest = nothing;

    /** Begins one of the guard's own. */
    Message begin(int code, long unique, long backendNode, Caller caller) {
        rest = nothing;
        head.clear()
                .putInt(0)
                .putInt(code)
                .putLong(unique)
                .putLong(backendNode)
                .putInt(caller.uid())
                .putInt(caller.gid())
                .putInt(caller.pid())
                .putInt(0);
        return this;
    }

    /**
     * Passes on a request of the kernel.
     *
     * @param in behind its header; its position moves
     */
    Message passOn(ByteBuffer in, long backendNode) {
        int start = in.position() - Wire.IN_HEADER;
        int first = Math.min(in.limit() - start, Wire.IN_HEADER + Wire.SETATTR_IN);
        head.clear().put(0, in, start, first);
        head.putLong(Wire.NODE, backendNode).position(first);
        rest = in.position(start + first);
        return this;
    }

    /** Puts a number of the server's in the place of one of the guard's. */
    Message patch(int offsetInBody, long value) {
        head.putLong(Wire.IN_HEADER + offsetInBody, value);
        return this;
    }

    Message patchInt(int offsetInBody, int value) {
        head.putInt(Wire.IN_HEADER + offsetInBody, value);
        return this;
    }

    Message put(long value) {
        head.putLong(value);
        return this;
    }

    Message putInt(int value) {
        head.putInt(value);
        return this;
    }

    Message zeros(int count) {
        for (int i = 0; i < count; i++) {
            head.put((byte) 0);
        }
        return this;
    }

    Message bytes(byte[] bytes) {
        head.put(bytes);
        return this;
    }

    Message name(Bytes name) {
        name.writeTo(head);
        head.put((byte) 0);
        return this;
    }

    Message data(byte[] bytes) {
        ByteBuffer data = ByteBuffer.allocateDirect(bytes.length);
        rest = data.put(bytes).flip();
        return this;
    }

    private ByteBuffer finished() {
        head.putInt(Wire.LENGTH, head.position() + rest.remaining());
        return head.flip();
    }

    /** Sends it and awaits the reply, as {@link Backend#call}. */
    int call(Backend backend, ByteBuffer reply) throws BackendGoneException {
        return backend.call(finished(), rest, reply);
    }

    void send(Backend backend) throws BackendGoneException {
        backend.send(finished());
    }
}
