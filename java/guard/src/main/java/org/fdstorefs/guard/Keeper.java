// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.guard;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.fdstorefs.Errno;
import org.fdstorefs.fuse.FuseException;
import org.fdstorefs.fuse.workers.Log;
import org.fdstorefs.guard.backend.BackendProcess;
import org.fdstorefs.guard.backend.Remains;
import org.fdstorefs.guard.engine.Backend;
import org.fdstorefs.guard.engine.BackendGoneException;
import org.fdstorefs.guard.engine.Gate;
import org.fdstorefs.guard.engine.Negotiation;
import org.fdstorefs.guard.engine.Startup;
import org.fdstorefs.guard.state.GuardState;
import org.fdstorefs.guard.state.StatusMemory;
import org.fdstorefs.guard.state.StatusMemory.Field;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a server alive: starts it when the kernel has said INIT, and another one whenever it has ended. Two
 * never work at once: what is left of one is killed, and its end awaited, before the next one starts.
 */
final class Keeper implements Startup {
    private static final Duration GRACE = Duration.ofSeconds(10);
    private static final int TICK_MILLIS = 1000;
    private static final int FIRST_PAUSE_MILLIS = 10;
    private static final int LONGEST_PAUSE_MILLIS = 2000;

    private final GuardState state;
    private final Gate gate;
    private final Launcher launcher;
    private final GuardListener listener;
    private final StatusMemory status;
    private final Optional<Duration> hang;
    private final Ebb ebb = new Ebb();
    private final Thread thread = new Thread(this::run, "guard-keeper");
    private @Nullable Recoverer recoverer;
    private boolean namesAreDone;
    private boolean offered;
    private boolean ended;
    private boolean lived;
    private @Nullable IOException failure;
    private @Nullable Started current;
    private int lives;
    private long stalledSince;

    /** Starts a server. */
    @FunctionalInterface
    interface Launcher {
        Started start(int generation) throws IOException;
    }

    /** A server that was started. */
    record Started(BackendProcess process, SocketBackend backend) implements AutoCloseable {
        @Override
        public void close() throws IOException {
            try (process) {
                backend.close();
            }
        }
    }

    /** Brings a server to where the one before it was. */
    @FunctionalInterface
    interface Recoverer {
        void recover(Backend backend) throws BackendGoneException;
    }

    /**
     * @param hang how long a server may work on one request, before it is killed
     * @param leftOver whether requests of an earlier guard are to be answered first, of which those come first
     *     that change names
     */
    Keeper(
            GuardState state,
            Gate gate,
            Launcher launcher,
            GuardListener listener,
            StatusMemory status,
            Optional<Duration> hang,
            boolean leftOver) {
        this.state = requireNonNull(state, "state is null");
        this.gate = requireNonNull(gate, "gate is null");
        this.launcher = requireNonNull(launcher, "launcher is null");
        this.listener = requireNonNull(listener, "listener is null");
        this.status = requireNonNull(status, "status is null");
        this.hang = requireNonNull(hang, "hang is null");
        this.namesAreDone = !leftOver;
    }

    void start(Recoverer how) {
        recoverer = requireNonNull(how, "how is null");
        offered = state.init().isPresent();
        thread.setDaemon(true);
        thread.start();
    }

    /** All requests of an earlier guard are answered that change names. */
    synchronized void namesAreDone() {
        namesAreDone = true;
        notifyAll();
    }

    @Override
    public synchronized byte[] agree() throws FuseException {
        offered = true;
        notifyAll();
        try {
            while (state.agreed().isEmpty()) {
                if (ended || failure != null) {
                    throw new FuseException(Errno.EIO);
                }
                wait();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new FuseException(Errno.EIO);
        }
        return state.agreed().orElseThrow();
    }

    @Override
    public void refuse(String reason) {
        fail(new IOException(reason));
    }

    /** Waits for the first life; throws why there is none. */
    synchronized void awaitFirst() throws IOException, InterruptedException {
        while (!lived) {
            if (failure != null) {
                throw failure;
            }
            wait();
        }
    }

    // ---- the thread

    private void run() {
        try {
            awaitOffer();
            int pause = 0;
            while (!isEnded() && !isGivenUp()) {
                boolean good = live();
                pause = good ? 0 : Math.min(LONGEST_PAUSE_MILLIS, Math.max(FIRST_PAUSE_MILLIS, 2 * pause));
                pause(pause);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Throwable e) {
            Log.error("no more servers are started", e);
            fail(e instanceof IOException why ? why : new IOException(e));
            gate.giveUp();
        }
    }

    private synchronized void awaitOffer() throws InterruptedException {
        while (!offered && !ended) {
            wait();
        }
    }

    private synchronized boolean isEnded() {
        return ended;
    }

    private synchronized void pause(int millis) throws InterruptedException {
        long end = System.nanoTime() + Duration.ofMillis(millis).toNanos();
        for (long left = millis; left > 0 && !ended; left = (end - System.nanoTime()) / 1_000_000) {
            wait(left);
        }
    }

    private synchronized void fail(IOException why) {
        if (!lived) {
            failure = why;
        }
        notifyAll();
    }

    /** One life; false if it was of no use. */
    private boolean live() throws InterruptedException, IOException {
        int generation = begin();
        try (Started started = launcher.start(generation)) {
            status.set(Field.SERVER, started.process().pid());
            status.add(Field.STARTS, 1);
            listener.backendStarted(started.process().pid());
            String reason = "it has closed its socket";
            boolean good = false;
            try {
                good = serve(started);
            } catch (BackendGoneException e) {
                reason = "it ended while it was being prepared";
            } catch (IOException e) {
                reason = String.valueOf(e.getMessage());
            } finally {
                end(started, reason);
            }
            return good;
        } catch (IOException e) {
            listener.backendEnded(0, String.valueOf(e.getMessage()));
            fail(e);
            return false;
        }
    }

    private synchronized int begin() {
        lives++;
        state.begin(lives);
        return lives;
    }

    private boolean serve(Started started) throws BackendGoneException, IOException, InterruptedException {
        SocketBackend server = started.backend();
        synchronized (this) {
            current = started;
            if (ended) {
                return true;
            }
        }
        watch(started);
        Negotiation.begin(server, state);
        gate.openForNames(server);
        living();
        awaitNames();
        gate.awaitNames();
        requireNonNull(recoverer, "recoverer is null").recover(server);
        gate.open();
        noteStall();
        while (!server.awaitEnd(TICK_MILLIS)) {
            server.listen();
            note();
            endIfItHangs(server);
        }
        stalledSince = System.nanoTime();
        return server.hasServed();
    }

    /** A server that answers no more is as good as dead. */
    private void endIfItHangs(SocketBackend server) {
        if (hang.isEmpty()) {
            return;
        }
        Duration longest = server.longestWait();
        if (longest.compareTo(hang.get()) > 0) {
            Log.error("the server has not answered a request for " + longest.toSeconds() + " s: it is killed");
            server.end();
        }
    }

    /** How long nobody was served. */
    private void noteStall() {
        if (stalledSince != 0) {
            long millis = (System.nanoTime() - stalledSince) / 1_000_000;
            status.set(Field.LAST_STALL_MILLIS, millis);
            status.set(Field.LONGEST_STALL_MILLIS, Math.max(millis, status.get(Field.LONGEST_STALL_MILLIS)));
        }
        note();
    }

    private void note() {
        int nodes = state.nodes();
        if (ebb.hasCome(nodes)) {
            System.gc();
        }
        status.set(Field.NODES, nodes);
        status.set(Field.HANDLES, state.countOfHandles());
        status.set(Field.PENDING_BYTES, state.pendingBytes());
        status.set(Field.LOST_HANDLES, state.lostHandles());
        status.set(Field.FAILED_REQUESTS, state.failedRequests());
    }

    /** Whether somebody has said so, by the status. */
    private boolean isGivenUp() {
        if (status.get(Field.GIVE_UP) == 0) {
            return false;
        }
        gate.giveUp();
        listener.backendEnded(0, "given up: requests are answered with EIO");
        return true;
    }

    private synchronized void living() {
        lived = true;
        notifyAll();
    }

    private synchronized void awaitNames() throws InterruptedException {
        while (!namesAreDone && !ended) {
            wait();
        }
    }

    /** A first process that fails is the end, even if another one has the socket. */
    private static void watch(Started started) {
        Thread watcher = new Thread(
                () -> {
                    try {
                        while (!started.process().awaitEnd(Duration.ofDays(1))) {
                            // a long life
                        }
                        if (started.process().exitStatus().orElse(0) != 0) {
                            started.backend().end();
                        }
                    } catch (IOException | InterruptedException e) {
                        started.backend().end();
                    }
                },
                "guard-watcher");
        watcher.setDaemon(true);
        watcher.start();
    }

    private void end(Started started, String reason) throws InterruptedException, IOException {
        SocketBackend server = started.backend();
        server.end();
        gate.close();
        Remains.kill(Optional.of(started.process().pidfd()), state.token());
        String why = reason(started, reason);
        listener.backendEnded(started.process().pid(), why);
        fail(new IOException("the server " + why));
    }

    private static String reason(Started started, String otherwise) throws IOException {
        int status = started.process().exitStatus().orElse(0);
        if (status > 128) {
            return "killed by signal " + (status - 128);
        }
        return status != 0 ? "exited with status " + status : otherwise;
    }

    /** Has the server end, and starts no other one. */
    void end() throws InterruptedException, IOException {
        Started last;
        synchronized (this) {
            ended = true;
            last = current;
            notifyAll();
        }
        if (last != null) {
            last.process().terminate();
            last.process().awaitEnd(GRACE); // it may have something to do
            last.backend().end();
        }
        thread.join();
    }
}
