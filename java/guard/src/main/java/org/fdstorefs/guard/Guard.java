// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.guard;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import org.fdstorefs.Fd;
import org.fdstorefs.fuse.Identity;
import org.fdstorefs.fuse.state.Slot;
import org.fdstorefs.fuse.state.StateMemory;
import org.fdstorefs.fuse.workers.FuseDevice;
import org.fdstorefs.fuse.workers.FuseMount;
import org.fdstorefs.fuse.workers.FuseServer;
import org.fdstorefs.guard.backend.BackendProcess;
import org.fdstorefs.guard.backend.Command;
import org.fdstorefs.guard.backend.Remains;
import org.fdstorefs.guard.backend.Server;
import org.fdstorefs.guard.backend.SocketPair;
import org.fdstorefs.guard.engine.Backend;
import org.fdstorefs.guard.engine.Gate;
import org.fdstorefs.guard.engine.GuardEngine;
import org.fdstorefs.guard.engine.Habits;
import org.fdstorefs.guard.engine.Negotiation;
import org.fdstorefs.guard.state.GuardState;
import org.fdstorefs.guard.state.StatusMemory;
import org.fdstorefs.guard.state.StatusMemory.Field;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a FUSE mount alive while its server crashes, is killed or is replaced: any server, unchanged. The guard
 * has the connection to the kernel, and passes requests on; when the server ends, requests wait until another
 * one was started and brought to where the first one was. The guard may die, too: connection and state are in a
 * store, and another guard with the same settings continues.
 */
public final class Guard {
    private static final Duration CHECK = Duration.ofSeconds(2);

    private final Path store;
    private final Path mount;
    private final Command command;
    private final Server server;
    private final GuardOptions options;
    private final GuardListener listener;

    /** How a guard ended. */
    public enum End {
        UNMOUNTED,
        NOTHING_TO_TAKE_OVER
    }

    /**
     * @param store a mounted store, or a directory in one, for this guard alone
     * @param mount where the file system is mounted
     * @param command starts the server
     * @param server what is known of it
     */
    public Guard(Path store, Path mount, Command command, Server server, GuardOptions options, GuardListener listener) {
        this.store = requireNonNull(store, "store is null");
        this.mount = requireNonNull(mount, "mount is null");
        this.command = requireNonNull(command, "command is null");
        this.server = requireNonNull(server, "server is null");
        this.options = requireNonNull(options, "options is null");
        this.listener = requireNonNull(listener, "listener is null");
    }

    /** What the session is about: where it is mounted, and what serves it. */
    public Identity identity() {
        return Identity.of("guard").with("mount", mount).with("command", String.join(" ", command.words()));
    }

    /**
     * Serves until the file system is unmounted; waits before that until no other guard is in charge of the store.
     *
     * @throws org.fdstorefs.fuse.OtherSessionException if the store has the session of another mount or server
     * @throws IOException if it cannot be mounted, or the server does not start; then nothing is mounted
     */
    public End run() throws IOException, InterruptedException {
        Identity identity = identity();
        try (GuardStore sessions = GuardStore.open(store)) {
            sessions.check(identity);
            listener.standingBy(identity);
            while (!sessions.awaitLease(CHECK)) {
                sessions.check(identity);
            }
            Optional<GuardStore.Kept> kept = living(sessions);
            if (kept.isEmpty() && options.standby()) {
                return End.NOTHING_TO_TAKE_OVER;
            }
            if (kept.isPresent()) {
                takeOver(sessions, kept.get(), identity);
            } else {
                begin(sessions, identity);
            }
            sessions.clear();
            return End.UNMOUNTED;
        }
    }

    private static Optional<GuardStore.Kept> living(GuardStore sessions) throws IOException {
        Optional<GuardStore.Kept> kept = sessions.load();
        if (kept.isPresent() && !new FuseDevice(kept.get().connection()).isConnected()) {
            kept.get().close();
            sessions.clear();
            return Optional.empty();
        }
        return kept;
    }

    private void begin(GuardStore sessions, Identity identity) throws IOException, InterruptedException {
        try (FuseDevice device = FuseDevice.open();
                StateMemory memory = StateMemory.create(options.workers(), Negotiation.MAX_WRITE, identity);
                GuardState state = GuardState.create(token())) {
            Session session = mount(sessions, device, memory, state);
            listener.serving();
            session.awaitEnd();
        }
    }

    /** Mounts it when a server has begun to live; if that fails, nothing is left. */
    private Session mount(GuardStore sessions, FuseDevice device, StateMemory memory, GuardState state)
            throws IOException, InterruptedException {
        Session session = null;
        try (FuseMount detached = FuseMount.create(server.name(), device, mountOptions())) {
            sessions.save(device.fd(), memory.fd(), state.fd());
            session = new Session(sessions, state, memory, device, false);
            session.serveInBackground();
            session.keeper.awaitFirst();
            detached.attach(mount);
            return session;
        } catch (Throwable e) { // by now it is unmounted
            if (session != null) {
                session.awaitEnd();
            }
            sessions.clear();
            throw e;
        }
    }

    private void takeOver(GuardStore sessions, GuardStore.Kept kept, Identity identity)
            throws IOException, InterruptedException {
        try (FuseDevice device = new FuseDevice(kept.connection());
                StateMemory memory = StateMemory.adopt(kept.state(), identity);
                GuardState state = GuardState.adopt(kept.log())) {
            killRemains(sessions, state);
            Set<Long> unanswered = memory.slots().stream()
                    .filter(slot -> slot.inFlight() && slot.replyLength() == 0)
                    .map(Slot::unique)
                    .collect(Collectors.toSet());
            state.releaseUnanswered(unanswered);
            Session session = new Session(sessions, state, memory, device, true);
            listener.tookOver(
                    session.server.replay(options.maxReplays(), GuardEngine::comesFirst, session.keeper::namesAreDone));
            listener.serving();
            session.serveInBackground();
            session.awaitEnd();
        }
    }

    private static void killRemains(GuardStore sessions, GuardState state) throws IOException {
        Optional<Fd> pidfd = sessions.backend();
        try {
            Remains.kill(pidfd, state.token());
        } finally {
            if (pidfd.isPresent()) {
                pidfd.get().close();
            }
        }
    }

    private static String token() {
        byte[] bytes = new byte[12];
        ThreadLocalRandom.current().nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    private Map<String, String> mountOptions() {
        Map<String, String> all = new HashMap<>();
        all.put("subtype", server.name());
        if (options.defaultPermissions()) {
            all.put("default_permissions", "");
        }
        return all;
    }

    /** What works while the file system is mounted. */
    private final class Session {
        private final GuardStore sessions;
        private final GuardState state;
        private final Gate gate = new Gate();
        private final Notifications notifications;
        private final Keeper keeper;
        private final FuseServer server;
        private final Thread serving;
        private final StatusMemory status = StatusMemory.create();
        private final ByteBuffer room =
                ByteBuffer.allocateDirect(Backend.LONGEST_REPLY).order(ByteOrder.nativeOrder());
        private volatile @Nullable IOException failure;

        Session(GuardStore sessions, GuardState state, StateMemory memory, FuseDevice device, boolean leftOver)
                throws IOException {
            this.sessions = sessions;
            this.state = state;
            status.set(Field.GUARD, ProcessHandle.current().pid());
            sessions.status(status.fd());
            notifications = new Notifications(state, device);
            options.patience().ifPresent(gate::patience);
            keeper = new Keeper(state, gate, this::launch, listener, status, options.hang(), leftOver);
            Server known = Guard.this.server;
            Habits habits = new Habits(options.writeLog().orElse(known.writeLog()), known.readsAtOnce());
            GuardEngine engine = new GuardEngine(state, gate, keeper, options.maxReplays(), habits);
            server = new FuseServer(device, memory, engine);
            serving = new Thread(this::serve, "guard-server");
            keeper.start(engine::recover);
        }

        private Keeper.Started launch(int generation) throws IOException {
            SocketPair sockets = SocketPair.create();
            try {
                BackendProcess process = BackendProcess.start(
                        command, options.way().orElse(Guard.this.server.way()), state.token(), sockets);
                try {
                    sessions.backend(process.pidfd());
                    // It has not been asked for anything before this.
                    return new Keeper.Started(
                            process,
                            new SocketBackend(
                                    generation,
                                    sockets.guard(),
                                    room,
                                    message -> notifications.add(generation, message)));
                } catch (Throwable e) {
                    process.kill();
                    process.close();
                    throw e;
                }
            } catch (Throwable e) {
                sockets.close();
                throw e;
            }
        }

        void serveInBackground() {
            serving.start();
        }

        private void serve() {
            try {
                server.serve(options.workers());
            } catch (IOException e) {
                failure = e;
            }
        }

        void awaitEnd() throws IOException, InterruptedException {
            serving.join();
            keeper.end();
            notifications.close();
            status.close();
            if (failure != null) {
                throw failure;
            }
        }
    }
}
