// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.guard.engine;

import java.util.Map;
import org.fdstorefs.Errno;
import org.fdstorefs.fuse.FuseException;
import org.fdstorefs.fuse.workers.Log;
import org.fdstorefs.guard.state.GuardState;
import org.fdstorefs.guard.state.Node;
import org.fdstorefs.guard.state.OpenHandle;

/** Brings a server that has begun to live to where the one before it was. */
final class Recovery {
    private static final int OWNER_READS_AND_WRITES = 0600;
    private static final int PERMISSIONS = 07777;

    private final GuardState state;
    private final Resolver resolver;
    private final WriteLog log;
    private final Hiding hiding;
    private final boolean readsAtOnce;

    Recovery(GuardState state, Resolver resolver, WriteLog log, Hiding hiding, boolean readsAtOnce) {
        this.state = state;
        this.resolver = resolver;
        this.log = log;
        this.hiding = hiding;
        this.readsAtOnce = readsAtOnce;
    }

    void recover(Calls calls) throws BackendGoneException {
        for (Map.Entry<Long, Integer> mode : state.borrowedModes().entrySet()) {
            giveModeBack(mode.getKey(), mode.getValue(), calls);
        }
        for (OpenHandle handle : state.handles()) {
            if (!state.isOpen(handle)) {
                reopen(handle, calls);
            }
        }
        for (Node node : state.abandoned()) {
            hiding.remove(node, calls);
        }
    }

    private void reopen(OpenHandle handle, Calls calls) throws BackendGoneException {
        try {
            long backend = resolver.resolve(handle.node(), calls);
            state.reopened(handle, open(handle, backend, calls));
            log.resend(handle, calls);
            if (readsAtOnce && !handle.opening().directory()) {
                readFromStart(handle, backend, calls);
            }
        } catch (FuseException e) {
            int errno = e.errno() == Errno.ENOENT.number() ? Errno.ESTALE.number() : e.errno();
            lost(handle, errno, e);
        }
    }

    private void readFromStart(OpenHandle handle, long backend, Calls calls) throws BackendGoneException {
        try {
            calls.read(backend, state.backend(handle));
        } catch (FuseException e) {
            // Whoever reads it sees the same; it may be open for writing alone.
        }
    }

    private void lost(OpenHandle handle, int errno, FuseException why) {
        state.notReopened(handle, errno);
        Log.error("an open file, " + handle.node() + ", cannot be opened again: " + why.getMessage());
    }

    private long open(OpenHandle handle, long backend, Calls calls) throws BackendGoneException, FuseException {
        OpenHandle.Opening how = handle.opening();
        int flags = how.flags() & ~Wire.ONLY_ONCE;
        Caller caller = new Caller(how.uid(), how.gid(), how.pid());
        try {
            return calls.open(how.directory(), backend, flags, caller);
        } catch (FuseException e) {
            if (e.errno() != Errno.EACCES.number() || how.directory()) {
                throw e;
            }
        }
        // Whoever opened it could, and its permissions have changed since, or it was made so.
        return openInSpite(handle.node(), backend, flags, caller, calls);
    }

    private long openInSpite(Node node, long backend, int flags, Caller caller, Calls calls)
            throws BackendGoneException, FuseException {
        int mode = calls.mode(backend) & PERMISSIONS;
        state.borrowMode(node, mode);
        try {
            calls.mode(backend, mode | OWNER_READS_AND_WRITES);
            return calls.open(false, backend, flags, caller);
        } finally {
            giveModeBack(node.id(), mode, calls);
        }
    }

    private void giveModeBack(long id, int mode, Calls calls) throws BackendGoneException {
        try {
            calls.mode(resolver.resolve(resolver.node(id), calls), mode);
        } catch (FuseException e) {
            Log.error("node " + id + " cannot have its mode back, " + Integer.toOctalString(mode) + ": "
                    + e.getMessage());
        }
        state.node(id).ifPresent(state::modeIsBack);
    }
}
