// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.guard;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.fdstorefs.Draft;
import org.fdstorefs.EmptyEntryException;
import org.fdstorefs.Fd;
import org.fdstorefs.FdSet;
import org.fdstorefs.FdStore;
import org.fdstorefs.Lease;
import org.fdstorefs.PutOption;
import org.fdstorefs.fuse.Identity;
import org.fdstorefs.fuse.state.StateHead;
import org.fdstorefs.fuse.workers.FuseDevice;
import org.jspecify.annotations.Nullable;

/** What a guard keeps in a store: a lease of who is in charge, the session, and the process of the server. */
final class GuardStore implements AutoCloseable {
    private static final String LEASE = "lease";
    static final String SESSION = "session";
    private static final String CONNECTION = "connection";
    static final String STATE = "state";
    private static final String LOG = "log";
    static final String BACKEND = "backend";
    static final String STATUS = "status";

    private final FdStore store;
    private @Nullable Lease lease;

    private GuardStore(FdStore store) {
        this.store = store;
    }

    static GuardStore open(Path directory) throws IOException {
        return new GuardStore(FdStore.open(requireNonNull(directory, "directory is null")));
    }

    /** A session that an earlier guard has begun; its descriptors are the caller's to close. */
    record Kept(Fd connection, Fd state, Fd log) {
        void close() throws IOException {
            try (connection;
                    state) {
                log.close();
            }
        }
    }

    /** Refuses a store that has a living session of another identity. */
    void check(Identity own) throws IOException {
        Kept kept = load().orElse(null);
        if (kept != null) {
            try {
                if (new FuseDevice(kept.connection()).isConnected()) {
                    StateHead.checkIdentity(kept.state(), own);
                }
            } finally {
                kept.close();
            }
        }
    }

    /** Whether this guard is in charge, after it has waited so long at most. */
    boolean awaitLease(Duration patience) throws IOException, InterruptedException {
        if (lease == null) {
            lease = store.lease(LEASE, patience).orElse(null);
        }
        return lease != null;
    }

    Optional<Kept> load() throws IOException {
        try (FdSet session = store.getAll(SESSION)) {
            return session.names().containsAll(List.of(CONNECTION, STATE, LOG))
                    ? Optional.of(new Kept(session.remove(CONNECTION), session.remove(STATE), session.remove(LOG)))
                    : Optional.empty();
        } catch (NoSuchFileException | EmptyEntryException e) {
            return Optional.empty();
        }
    }

    /** All three, or nothing. */
    void save(Fd connection, Fd state, Fd log) throws IOException {
        for (String child : store.children()) {
            if (child.startsWith("." + SESSION + ".")) {
                store.removeChild(child);
            }
        }
        try (Draft draft = store.draft(SESSION)) {
            draft.put(CONNECTION, connection, PutOption.HANGUP);
            draft.put(STATE, state);
            draft.put(LOG, log);
            draft.commitReplacing();
        }
    }

    /** The first process of the server, so that the next guard can kill it. */
    void backend(Fd pidfd) throws IOException {
        store.put(BACKEND, pidfd, PutOption.REPLACE);
    }

    /** Where others look what this guard does. */
    void status(Fd memory) throws IOException {
        store.put(STATUS, memory, PutOption.REPLACE);
    }

    Optional<Fd> backend() throws IOException {
        return store.find(BACKEND);
    }

    void clear() throws IOException {
        store.removeChild(SESSION);
        store.remove(BACKEND);
        store.remove(STATUS);
    }

    @Override
    public void close() throws IOException {
        try (store) {
            if (lease != null) {
                lease.close();
            }
        }
    }
}
