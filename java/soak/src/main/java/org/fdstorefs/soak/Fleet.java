// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.soak;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** The servers of one mount: one that serves, and those that stand by. Thread-safe. */
final class Fleet implements ServerProcess.Listener {
    private final List<String> command;
    private final int standbys;
    private final Duration patience;
    private final boolean guarded;
    private final Takeovers takeovers = new Takeovers();
    private final Backends backends = new Backends();
    private final Set<ServerProcess> running = new LinkedHashSet<>();
    private final Set<ServerProcess> standing = new LinkedHashSet<>();
    private final List<String> surprises = new ArrayList<>();
    private @Nullable ServerProcess active;
    private boolean ending;

    /**
     * @param command starts a server; {@code --standby} is added for one that stands by
     * @param standbys how many of them there are to be
     * @param patience how long each thing that is waited for may take
     * @param guarded whether servers are guards, which tell of their backends
     */
    Fleet(List<String> command, int standbys, Duration patience, boolean guarded) {
        this.command = List.copyOf(command);
        this.standbys = standbys;
        this.patience = requireNonNull(patience, "patience is null");
        this.guarded = guarded;
    }

    /** Starts the first server, and waits until it serves. */
    synchronized boolean begin() throws IOException, InterruptedException {
        start(command);
        return awaitServing();
    }

    /** Starts as many servers as there are standbys too few. */
    synchronized void refill() throws IOException {
        List<String> arguments = CommandLines.join(command, "--standby");
        long servers = running.stream().filter(server -> !server.isKilled()).count();
        for (long i = servers; i < standbys + 1; i++) {
            start(arguments);
        }
    }

    private void start(List<String> arguments) throws IOException {
        running.add(ServerProcess.start(arguments, this));
    }

    synchronized int standing() {
        return standing.size();
    }

    /** Waits until so many servers stand by; false if that takes too long. */
    synchronized boolean awaitStanding(int count) throws InterruptedException {
        return await(() -> standing.size() >= count);
    }

    /** Waits until there is one that serves, with a backend if it is a guard; false if that takes too long. */
    synchronized boolean awaitServing() throws InterruptedException {
        return await(() -> active != null && (!guarded || backends.of(active).isPresent()));
    }

    /** Kills the server that serves; false if there is none. */
    synchronized boolean killActive() {
        return active != null && kill(active.pid());
    }

    /** Kills the backend of the guard that serves; false if there is none. */
    synchronized boolean killBackend() {
        boolean killed = active != null && backends.kill(active);
        notifyAll();
        return killed;
    }

    /** Kills the guard that serves and its backend; false if there are not both. */
    synchronized boolean killBoth(boolean backendFirst) {
        ServerProcess guard = active;
        if (guard == null || backends.of(guard).isEmpty()) {
            return false;
        }
        if (backendFirst) {
            return backends.kill(guard) && kill(guard);
        }
        return kill(guard) && backends.kill(guard);
    }

    /** Kills the server of that process id, whatever it is doing; false if there is none. */
    synchronized boolean kill(long pid) {
        Optional<ServerProcess> victim = running.stream()
                .filter(server -> server.pid() == pid && !server.isKilled())
                .findFirst();
        return victim.isPresent() && kill(victim.get());
    }

    private boolean kill(ServerProcess server) {
        server.kill();
        standing.remove(server);
        active = server == active ? null : active;
        return true;
    }

    /** Waits for all servers to end, now that there is nothing to serve; false if one does not. */
    synchronized boolean awaitEnd() throws InterruptedException {
        return await(running::isEmpty);
    }

    /** From now on, a server may end without being killed. */
    synchronized void expectEnd() {
        ending = true;
        backends.expectEnd();
    }

    /** Kills all, those first that would take over. */
    synchronized void killAll() {
        expectEnd();
        running.stream().filter(server -> server != active).forEach(ServerProcess::kill);
        if (active != null) {
            active.kill();
        }
    }

    synchronized List<Long> pids() {
        return running.stream().map(ServerProcess::pid).toList();
    }

    /** What servers did that was not asked of them. */
    synchronized List<String> surprises() {
        return List.copyOf(surprises);
    }

    /** Which backends ended without being killed, in words. */
    synchronized List<String> crashes() {
        return backends.crashes();
    }

    Takeovers takeovers() {
        return takeovers;
    }

    @Override
    public synchronized void said(ServerProcess server, String line) {
        if (line.startsWith("standing by")) {
            standing.add(server);
        } else if (line.startsWith(Takeover.BEGINNING)) {
            takeovers.add(Takeover.parse(line));
            serves(server);
        } else if (line.startsWith("serving")) {
            serves(server);
        } else if (guarded && backends.said(server, line)) {
            // and that is all
        } else if (!line.equals("unmounted") && !line.equals("nothing to take over")) {
            surprises.add(server + " said: " + line);
        }
        notifyAll();
    }

    /** What a dead server said may be heard late. */
    private void serves(ServerProcess server) {
        standing.remove(server);
        if (!server.isKilled()) {
            active = server;
        }
    }

    @Override
    public synchronized void ended(ServerProcess server, int exitCode) {
        running.remove(server);
        standing.remove(server);
        active = server == active ? null : active;
        backends.forget(server);
        if (!server.isKilled() && (!ending || exitCode != 0)) {
            surprises.add(server + " ended by itself, with " + exitCode);
        }
        notifyAll();
    }

    private boolean await(BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        while (!condition.getAsBoolean()) {
            long left = deadline - System.nanoTime();
            if (left <= 0) {
                return false;
            }
            wait(left / 1_000_000 + 1);
        }
        return true;
    }
}
