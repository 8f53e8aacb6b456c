// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.fuse.server;

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
import org.fdstorefs.fuse.BadStateException;
import org.fdstorefs.fuse.Identity;
import org.fdstorefs.fuse.OtherSessionException;
import org.fdstorefs.fuse.state.StateHead;
import org.fdstorefs.fuse.workers.FuseDevice;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a session in a directory of an fdstorefs, so that it outlives its server.
 *
 * <pre>
 * DIR/lease               empty; locked by the server that is in charge
 * DIR/session/connection  the open /dev/fuse
 * DIR/session/state       the memfd
 * </pre>
 *
 * <p>The two entries are put into a {@link Draft}: a server finds both or none. The store lets go of
 * the connection when the file system is unmounted, even while no server runs. The kernel gives up
 * the lock when its holder dies, and hands it to one of those that wait for it.
 */
public final class SessionStore implements AutoCloseable {
    private static final String LEASE = "lease";
    private static final String SESSION = "session";
    private static final String CONNECTION = "connection";
    private static final String STATE = "state";

    private final FdStore store;
    private @Nullable Lease lease;

    private SessionStore(FdStore store) {
        this.store = store;
    }

    /** What is kept: to be closed, or given to {@link FuseSession#resume}. */
    public record Kept(Fd connection, Fd state) {}

    /** Opens a directory of a mounted fdstorefs. */
    public static SessionStore open(Path directory) throws IOException {
        return new SessionStore(FdStore.open(requireNonNull(directory, "directory is null")));
    }

    /**
     * Refuses a server whose identity is not that of the stored session, if its file system
     * is still mounted. Changes nothing.
     *
     * @throws OtherSessionException if it is about something else
     * @throws BadStateException if it is of another version, or damaged
     */
    public void check(Identity own) throws IOException {
        requireNonNull(own, "own is null");
        Optional<Kept> kept = load();
        if (kept.isPresent()) {
            try (Fd connection = kept.get().connection();
                    Fd state = kept.get().state()) {
                if (new FuseDevice(connection).isConnected()) {
                    StateHead.checkIdentity(state, own);
                }
            }
        }
    }

    /**
     * Waits until no other server is in charge; this one is then, until it is closed or dies.
     *
     * @throws InterruptedException if the thread is interrupted; it is not in charge then
     */
    public void awaitLease() throws IOException, InterruptedException {
        if (lease == null) {
            lease = store.lease(LEASE);
        }
    }

    /** As above, for some time; false if another server is still in charge. */
    boolean awaitLease(Duration patience) throws IOException, InterruptedException {
        if (lease == null) {
            lease = store.lease(LEASE, patience).orElse(null);
        }
        return lease != null;
    }

    /** The session, if one is kept. */
    public Optional<Kept> load() throws IOException {
        try (FdSet session = store.getAll(SESSION)) {
            return session.names().containsAll(List.of(CONNECTION, STATE))
                    ? Optional.of(new Kept(session.remove(CONNECTION), session.remove(STATE)))
                    : Optional.empty();
        } catch (NoSuchFileException | EmptyEntryException e) {
            return Optional.empty();
        }
    }

    /** Stores a session, in place of one that is stored already. */
    public void save(FuseSession toKeep) throws IOException {
        requireNonNull(toKeep, "session is null");
        removeDrafts();
        try (Draft draft = store.draft(SESSION)) {
            draft.put(CONNECTION, toKeep.connection(), PutOption.HANGUP);
            draft.put(STATE, toKeep.state());
            draft.commitReplacing();
        }
    }

    /** Removes what servers left that died while they saved; only the one in charge saves. */
    private void removeDrafts() throws IOException {
        for (String child : store.children()) {
            if (child.startsWith("." + SESSION + ".")) {
                store.removeChild(child);
            }
        }
    }

    /**
     * Removes the session. Unless a server has it open, the kernel then fails whatever is
     * asked of the mount.
     */
    public void clear() throws IOException {
        store.removeChild(SESSION);
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
