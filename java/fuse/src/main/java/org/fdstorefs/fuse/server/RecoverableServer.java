// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.fuse.server;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.fdstorefs.Fd;
import org.fdstorefs.fuse.BadStateException;
import org.fdstorefs.fuse.FuseFileSystem;
import org.fdstorefs.fuse.Identity;
import org.fdstorefs.fuse.OtherSessionException;
import org.fdstorefs.fuse.state.StateMemory;
import org.fdstorefs.fuse.workers.FuseDevice;
import org.jspecify.annotations.Nullable;

/**
 * Serves a file system so that nobody notices the death of a server: the session is kept in a
 * directory of an fdstorefs, and the next server continues where this one stopped.
 *
 * <pre>{@code
 * RecoverableServer.of(new MirrorFileSystem(Path.of("/srv/data")))
 *         .store(Path.of("/run/fdstore/mirror"))
 *         .mount(Path.of("/mnt/mirror"))
 *         .workers(4)
 *         .run();
 * }</pre>
 *
 * <p>Start it as often as you like: one of the processes serves, which is decided by a {@link
 * org.fdstorefs.Lease}, and the others stand by. You may stop one at any time: whenever a process
 * ends, even by {@code SIGKILL}, another one takes over; and as long as there is none, users of
 * the mount wait. To end it, unmount the file system; if no server is left to answer, remove {@code
 * session} from the store's directory, and the kernel fails what waits.
 *
 * <p>A session has an {@link Identity}: that of its file system and where it is mounted. A server with
 * another identity does not touch the session, and says so.
 *
 * <p>Not thread-safe, but for {@link #stop}; runs once.
 */
public final class RecoverableServer {
    private static final int MAX_REPLAYS = 16;

    /** How often a server that waits makes sure that it waits for a session of its own. */
    private static final Duration CHECK = Duration.ofSeconds(2);

    private final FuseFileSystem files;
    private @Nullable Path store;
    private @Nullable Path mount;
    private String name = "fdstorefs-fuse";
    private int workers = 1;
    private boolean standby;
    private int maxReplays = MAX_REPLAYS;
    private ServerListener listener = new ServerListener() {};
    private final StopSignal signal = new StopSignal();
    private boolean run;

    private RecoverableServer(FuseFileSystem files) {
        this.files = files;
    }

    /** How {@link #run} ended. */
    public enum End {
        /** The file system was unmounted. */
        UNMOUNTED,
        /** A {@link #standby} found no session, or one whose file system was unmounted. */
        NOTHING_TO_TAKE_OVER,
        /** {@link RecoverableServer#stop} was called; if it was mounted, it still is. */
        STOPPED
    }

    /** Begins to describe a server. */
    public static RecoverableServer of(FuseFileSystem files) {
        return new RecoverableServer(requireNonNull(files, "files is null"));
    }

    /** The directory of a mounted fdstorefs for this session alone. It must exist. Required. */
    public RecoverableServer store(Path directory) {
        store = requireNonNull(directory, "directory is null");
        return this;
    }

    /** Where to mount. Required. */
    public RecoverableServer mount(Path target) {
        mount = requireNonNull(target, "target is null");
        return this;
    }

    /** What is shown as the source of the mount. */
    public RecoverableServer name(String source) {
        name = requireNonNull(source, "source is null");
        return this;
    }

    /**
     * How many threads answer requests, 1 to 64; one if this is not called. If the session was begun
     * with fewer, only so many.
     */
    public RecoverableServer workers(int threads) {
        if (threads < 1 || threads > StateMemory.MAX_SLOTS) {
            throw new IllegalArgumentException("threads is " + threads + ", not 1 to " + StateMemory.MAX_SLOTS);
        }
        workers = threads;
        return this;
    }

    /** Only takes over from another server, and never mounts. */
    public RecoverableServer standby() {
        standby = true;
        return this;
    }

    /**
     * After so many servers in a row have died at a request, it is answered with EIO; 16 if this
     * is not called.
     */
    public RecoverableServer maxReplays(int servers) {
        if (servers < 1) {
            throw new IllegalArgumentException("servers is " + servers + ", less than 1");
        }
        maxReplays = servers;
        return this;
    }

    /** Sets who is notified of what happens. */
    public RecoverableServer listener(ServerListener whom) {
        listener = requireNonNull(whom, "whom is null");
        return this;
    }

    /**
     * Waits until no other server is in charge, takes over or mounts, and serves until the file system
     * is unmounted, or {@link #stop}. However this ends, another server can be in charge then.
     *
     * @throws OtherSessionException if there is a session with another identity; it is kept as it
     *     is. This is found at once, or within seconds after such a session begins
     * @throws BadStateException if there is a session whose state this server cannot use; it is kept as
     *     it is
     * @throws InterruptedException if the thread is interrupted while it waits
     * @throws IllegalStateException if this was called before
     */
    public End run() throws IOException, InterruptedException {
        requireNonNull(store, "there is no store");
        Path target = requireNonNull(mount, "there is no mount");
        if (run) {
            throw new IllegalStateException("it has run already");
        }
        run = true;
        Identity identity = files.identity().with("mount", target);
        try (SessionStore sessions = SessionStore.open(store)) {
            sessions.check(identity);
            listener.standingBy(identity);
            if (!signal.await(() -> awaitTurn(sessions, identity))) {
                return End.STOPPED;
            }
            Optional<FuseSession> kept = takeOver(sessions, identity);
            if (kept.isEmpty() && standby) {
                return End.NOTHING_TO_TAKE_OVER;
            }
            try (FuseSession session = kept.isPresent() ? kept.get() : begin(sessions, identity, target)) {
                listener.serving();
                if (!signal.serve(session, workers)) {
                    return End.STOPPED;
                }
            }
            sessions.clear();
            return End.UNMOUNTED;
        }
    }

    /**
     * Ends {@link #run}, or keeps it from beginning, from any thread: requests that are being worked on are
     * answered, those that come later wait for the next server. The file system stays mounted.
     */
    public void stop() {
        signal.stop();
    }

    /** Meanwhile a session of another kind may begin, and then there is nothing to wait for. */
    private static void awaitTurn(SessionStore sessions, Identity identity) throws IOException, InterruptedException {
        while (!sessions.awaitLease(CHECK)) {
            sessions.check(identity);
        }
    }

    /** The stored session, if its file system is still mounted. */
    private Optional<FuseSession> takeOver(SessionStore sessions, Identity identity) throws IOException {
        Optional<SessionStore.Kept> kept = sessions.load();
        if (kept.isEmpty()) {
            return Optional.empty();
        }
        Fd connection = kept.get().connection();
        Fd state = kept.get().state();
        if (!isConnected(connection, state)) {
            connection.close();
            state.close();
            sessions.clear();
            return Optional.empty();
        }
        FuseSession session = FuseSession.resume(connection, state, identity, files);
        try {
            listener.tookOver(session.replay(maxReplays));
            return Optional.of(session);
        } catch (Throwable e) {
            session.close();
            throw e;
        }
    }

    /** Closes both if that fails. */
    private static boolean isConnected(Fd connection, Fd state) throws IOException {
        try {
            return new FuseDevice(connection).isConnected();
        } catch (Throwable e) {
            connection.close();
            state.close();
            throw e;
        }
    }

    /** Stores it before it is mounted, so that nobody ever uses one that would not survive. */
    private FuseSession begin(SessionStore sessions, Identity identity, Path target) throws IOException {
        FuseSession session = FuseSession.create(name, identity, files, workers);
        try {
            sessions.save(session);
            session.attach(target);
            return session;
        } catch (Throwable e) {
            session.close();
            sessions.clear();
            throw e;
        }
    }
}
