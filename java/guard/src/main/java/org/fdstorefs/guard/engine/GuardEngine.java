// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.guard.engine;

import static java.util.Objects.requireNonNull;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicLong;
import org.fdstorefs.Errno;
import org.fdstorefs.fuse.FuseException;
import org.fdstorefs.fuse.wire.Journaled;
import org.fdstorefs.fuse.wire.Opcode;
import org.fdstorefs.fuse.wire.Reply;
import org.fdstorefs.fuse.wire.RequestHeader;
import org.fdstorefs.fuse.workers.Engine;
import org.fdstorefs.fuse.workers.Log;
import org.fdstorefs.guard.state.GuardState;
import org.fdstorefs.guard.state.GuardState.Forgotten;

/**
 * Answers requests of the kernel by passing them on to a server that may end at any time. When it does, the
 * requests wait for its next life, and are sent again in a way that has them done once.
 */
public final class GuardEngine implements Engine {
    private static final int SUSPECT = 2;

    private final GuardState state;
    private final Gate gate;
    private final int limit;
    private final Operations operations;
    private final ThreadLocal<Calls> calls;

    /**
     * @param limit at how many deaths of the server a request is answered with EIO
     */
    public GuardEngine(GuardState state, Gate gate, Startup startup, int limit, Habits habits) {
        this.state = requireNonNull(state, "state is null");
        this.gate = requireNonNull(gate, "gate is null");
        this.limit = limit;
        AtomicLong uniques = Calls.uniques();
        this.calls = ThreadLocal.withInitial(() -> new Calls(uniques));
        this.operations = new Operations(state, startup, habits);
    }

    /** Whether a request comes first when a server begins to live: it removes or renames. */
    public static boolean comesFirst(Opcode opcode) {
        return switch (opcode) {
            case UNLINK, RMDIR, RENAME, RENAME2 -> true;
            default -> false;
        };
    }

    /** Prepares a server that has begun to live, when the names are as they must be. */
    public void recover(Backend backend) throws BackendGoneException {
        operations.recover(calls.get().to(backend));
    }

    @Override
    public int dispatch(RequestHeader header, ByteBuffer in, boolean replayed, Journaled journal, ByteBuffer out) {
        int body = in.position();
        try {
            return header.opcode() == Opcode.INIT
                    ? operations.init(in, out)
                    : dispatch(new Asked(header, in, body, out, journal), replayed, journal);
        } catch (FuseException e) {
            return Reply.error(out, e.errno(), header.unique());
        } catch (RuntimeException | OutOfMemoryError | StackOverflowError e) {
            Log.error("request " + header + " failed", e);
            if (header.opcode() == Opcode.INIT) {
                operations.refuse(String.valueOf(e.getMessage()));
            }
            return Reply.error(out, Errno.EIO.number(), header.unique());
        }
    }

    private int dispatch(Asked asked, boolean replayed, Journaled journal) throws FuseException {
        boolean name = comesFirst(asked.header().opcode());
        boolean again = replayed && journal.memo() != 0;
        int deaths = 0;
        Calls own = calls.get();
        // Whoever takes over awaits these before all others, even those that were never sent.
        Gate.Pass pass = gate.enter(name && replayed, false);
        if (!again) {
            journal.memo(Asked.SENT);
        }
        while (true) {
            try {
                int length = operations.answer(asked, own.to(pass.backend()), again);
                gate.leave(pass);
                return length;
            } catch (BackendGoneException e) {
                again = true;
                deaths = journal.attempt() + 1;
                if (deaths >= limit) {
                    gate.leave(pass);
                    state.requestFailed();
                    Log.error(deaths + " servers died at the request " + asked.header() + ": it is answered with EIO");
                    return Reply.error(
                            asked.out(), Errno.EIO.number(), asked.header().unique());
                }
                pass = gate.again(pass, name, deaths >= SUSPECT);
            } catch (Throwable e) {
                gate.leave(pass);
                throw e;
            }
        }
    }

    @Override
    public void forget(long nodeId) {
        Forgotten forgotten = state.forget(nodeId).orElse(null);
        Backend backend = gate.backend().orElse(null);
        if (forgotten != null && backend != null && backend.generation() == forgotten.generation()) {
            try {
                calls.get().to(backend).forget(forgotten.backend(), forgotten.lookups());
            } catch (BackendGoneException e) {
                // What it knew has gone with it.
            }
        }
    }

    @Override
    public void interrupt(long unique) {
        Backend backend = gate.backend().orElse(null);
        if (backend != null) {
            try {
                calls.get().to(backend).interrupt(unique);
            } catch (BackendGoneException e) {
                // Nobody works on it.
            }
        }
    }
}
