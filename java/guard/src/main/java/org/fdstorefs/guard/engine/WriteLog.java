// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.guard.engine;

import java.nio.ByteBuffer;
import org.fdstorefs.Errno;
import org.fdstorefs.fuse.FuseException;
import org.fdstorefs.fuse.workers.Log;
import org.fdstorefs.guard.state.GuardState;
import org.fdstorefs.guard.state.Node;
import org.fdstorefs.guard.state.OpenHandle;
import org.fdstorefs.guard.state.PendingWrite;

/** Data that the server has accepted, until it says that they are written: it may have them in its memory alone. */
final class WriteLog {
    /** So many bytes at most are kept; then the server has to write. */
    private static final long MOST = 4 << 20;

    private final GuardState state;
    private final Resolver resolver;
    private final boolean wanted;

    WriteLog(GuardState state, Resolver resolver, boolean wanted) {
        this.state = state;
        this.resolver = resolver;
        this.wanted = wanted;
    }

    void wrote(Node node, long offset, ByteBuffer data, Calls calls) throws BackendGoneException {
        if (wanted) {
            state.wrote(node, offset, data);
            if (state.pendingBytes() > MOST) {
                settle(node, calls);
            }
        }
    }

    void synced(Node node) {
        if (wanted) {
            state.synced(node);
        }
    }

    /** Has the server write what it has, before something else happens to the file. */
    void settle(Node node, Calls calls) throws BackendGoneException {
        if (!wanted || !state.hasPending(node)) {
            return;
        }
        OpenHandle handle = state.writable(node).orElse(null);
        if (handle == null) {
            return;
        }
        try {
            calls.sync(resolver.resolve(node, calls), state.backend(handle));
        } catch (FuseException e) {
            if (e.errno() != Errno.ENOSYS.number()) {
                Log.error("data of " + node + " could not be written: " + e.getMessage());
            } // else it knows no fsync, and so keeps nothing back
        }
        state.synced(node); // if it failed, too: the data would be kept without end
    }

    /** Sends the data once more, to a server that has begun to live. */
    void resend(OpenHandle handle, Calls calls) throws BackendGoneException, FuseException {
        Node node = handle.node();
        if (!state.hasPending(node) || (handle.opening().flags() & 3) == 0 || state.errno(handle) != 0) {
            return;
        }
        long backend = resolver.resolve(node, calls);
        for (PendingWrite write : state.pending(node)) {
            calls.write(backend, state.backend(handle), write.offset(), write.data());
        }
    }
}
