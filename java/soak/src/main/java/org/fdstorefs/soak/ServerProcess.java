// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.soak;

import static java.util.Objects.requireNonNull;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/** A server in a process of its own, which reports line by line what it does. */
final class ServerProcess {
    private final Process process;
    private volatile boolean killed;

    private ServerProcess(Process process) {
        this.process = process;
    }

    /** Who gets the lines of a server, by a thread of that server. */
    interface Listener {
        void said(ServerProcess server, String line);

        /** It has ended, and said all. */
        void ended(ServerProcess server, int exitCode);
    }

    static ServerProcess start(List<String> command, Listener listener) throws IOException {
        requireNonNull(listener, "listener is null");
        ServerProcess server = new ServerProcess(new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start());
        Thread reader = new Thread(() -> server.listen(listener), "server " + server.pid());
        reader.setDaemon(true);
        reader.start();
        return server;
    }

    private void listen(Listener listener) {
        try (BufferedReader lines = process.inputReader()) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                listener.said(this, line);
            }
            listener.ended(this, process.waitFor());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    long pid() {
        return process.pid();
    }

    /** Sends SIGKILL, without waiting for the end. */
    void kill() {
        killed = true;
        process.toHandle().destroyForcibly(); // not by the process, which would close what is left to be read
    }

    /** Whether it was killed by us. */
    boolean isKilled() {
        return killed;
    }

    @Override
    public String toString() {
        return "server " + pid();
    }
}
