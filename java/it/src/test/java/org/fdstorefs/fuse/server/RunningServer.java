// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.fuse.server;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.fdstorefs.fuse.FuseFileSystem;
import org.fdstorefs.fuse.Identity;
import org.fdstorefs.fuse.Replay;
import org.fdstorefs.fuse.workers.Killed;
import org.fdstorefs.it.Task;

/** A server that runs beside the test, and tells what it does. */
final class RunningServer implements ServerListener {
    private static final int HANGING_SECONDS = 60;

    private final BlockingQueue<String> events = new LinkedBlockingQueue<>();
    private final Task<RecoverableServer.End> task;
    private final RecoverableServer server;

    private RunningServer(RecoverableServer server) {
        this.server = server;
        task = Task.start(server.listener(this)::run);
    }

    static RunningServer start(Path store, Path mount, int workers, FuseFileSystem files) {
        return new RunningServer(
                RecoverableServer.of(files).store(store).mount(mount).workers(workers));
    }

    static RunningServer standby(Path store, Path mount, FuseFileSystem files) {
        return new RunningServer(
                RecoverableServer.of(files).store(store).mount(mount).standby());
    }

    /** Waits until something has happened, which must be the next thing. */
    RunningServer await(String event) throws Exception {
        String next = events.poll(HANGING_SECONDS, TimeUnit.SECONDS);
        if (!event.equals(next)) {
            if (task.isDone()) {
                task.result();
            }
            throw new AssertionError("expected \"" + event + "\", but was \"" + next + "\"");
        }
        return this;
    }

    void stop() throws IOException {
        server.stop();
    }

    /** How it ended. */
    RecoverableServer.End end() throws Exception {
        return task.result();
    }

    /** Waits until it was killed. */
    void awaitDeath() throws Exception {
        try {
            task.result();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Killed) {
                return;
            }
            throw e;
        }
        throw new IOException("the server ended by itself");
    }

    @Override
    public void standingBy(Identity what) {
        events.add("standing by");
    }

    @Override
    public void tookOver(Replay replay) {
        events.add("took over " + replay.executed() + replay.resent() + replay.answered());
    }

    @Override
    public void serving() {
        events.add("serving");
    }
}
