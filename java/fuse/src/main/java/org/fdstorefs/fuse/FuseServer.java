// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.fuse;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.fdstorefs.internal.Threads;
import org.jspecify.annotations.Nullable;

/**
 * Serves a connection with several threads, until the file system is unmounted. A server that takes
 * over first answers what its predecessor had read; only then it reads.
 */
final class FuseServer {
    private final List<Slot> journal;
    private final List<Worker> workers = new ArrayList<>();
    private final Nodes nodes;
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

    FuseServer(FuseDevice device, StateMemory state, FuseFileSystem files) {
        requireNonNull(device, "device is null");
        requireNonNull(state, "state is null");
        journal = state.slots();
        nodes = new Nodes(state.lookups(), files);
        Dispatcher dispatcher = new Dispatcher(files, state.maxWrite(), state::negotiated);
        for (Slot slot : journal) {
            workers.add(new Worker(device, journal, slot.number(), dispatcher, nodes));
        }
    }

    /** Answers the requests that an earlier server left behind, as {@link Worker#replay}. */
    Replay replay(int limit) throws IOException {
        Replay.Recorder recorder = new Replay.Recorder();
        for (Worker worker : workers) {
            worker.replay(limit, recorder);
        }
        nodes.tellForgotten();
        return recorder.replay();
    }

    /**
     * Answers requests until there will be no more, with at most as many threads as the journal has
     * slots; this one is among them. If one of them fails, the others stop after their next request:
     * when this returns or throws, nobody works any more.
     */
    void serve(int threads) throws IOException {
        List<Thread> others = new ArrayList<>();
        for (int i = 1; i < Math.min(threads, workers.size()); i++) {
            Worker worker = workers.get(i);
            Thread thread = new Thread(() -> serve(worker), "fuse-worker-" + i);
            thread.setDaemon(true);
            others.add(thread);
            thread.start();
        }
        serve(workers.get(0));
        for (Thread thread : others) {
            Threads.join(thread);
        }
        rethrow(failure.get());
    }

    private void serve(Worker worker) {
        try {
            boolean more = true;
            while (more && failure.get() == null) {
                more = worker.serveOne();
            }
        } catch (Throwable e) {
            failure.compareAndSet(null, e);
        }
    }

    private static void rethrow(@Nullable Throwable failure) throws IOException {
        if (failure instanceof IOException e) {
            throw e;
        } else if (failure instanceof Error e) {
            throw e;
        } else if (failure instanceof RuntimeException e) {
            throw e;
        }
    }
}
