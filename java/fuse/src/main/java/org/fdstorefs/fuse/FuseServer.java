// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.fuse;

import static java.util.Objects.requireNonNull;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Serves a connection, one request at a time, until the file system is unmounted.
 *
 * <p>Each request is read straight into the state memory, and the reply is one write. A server that
 * takes over first answers what its predecessor had read; only then it reads.
 */
final class FuseServer {
    private final FuseDevice device;
    private final StateMemory state;
    private final Slot slot;
    private final Dispatcher dispatcher;
    private final Memory reply;
    private final ByteBuffer replyBuffer;

    FuseServer(FuseDevice device, StateMemory state, FuseFileSystem files) {
        this.device = requireNonNull(device, "device is null");
        this.state = requireNonNull(state, "state is null");
        this.slot = state.slot();
        this.dispatcher = new Dispatcher(files, state.maxWrite(), state::negotiated);
        this.reply = new Memory(ReplyHeader.SIZE + Math.max(state.maxWrite(), 4096));
        reply.clear(); // also maps its pages, for the reason that StateMemory gives
        this.replyBuffer = reply.getByteBuffer(0, reply.size()).order(ByteOrder.nativeOrder());
    }

    /**
     * Answers the request that an earlier server left behind.
     *
     * @return whether there was one
     */
    boolean replay() throws IOException {
        if (!slot.inFlight()) {
            slot.free();
            return false;
        }
        answer(true);
        return true;
    }

    /** Answers requests until there will be no more. */
    void serve() throws IOException {
        slot.free();
        while (device.read(slot)) {
            answer(false);
        }
    }

    private void answer(boolean replayed) throws IOException {
        int length = dispatcher.dispatch(slot.request(), replayed, slot, replyBuffer);
        if (length != Dispatcher.NO_REPLY) {
            device.write(Pointer.nativeValue(reply), length);
        }
        slot.free();
    }
}
