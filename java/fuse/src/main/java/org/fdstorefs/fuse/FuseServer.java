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
    private final FuseDevice device;
    private final StateMemory state;
    private final List<Worker> workers = new ArrayList<>();
    private final Nodes nodes;
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private volatile boolean stopped;

    FuseServer(FuseDevice device, StateMemory state, FuseFileSystem files) {
        this.device = requireNonNull(device, "device is null");
        this.state = requireNonNull(state, "state is null");
        nodes = new Nodes(state.lookups(), files);
        Dispatcher dispatcher = new Dispatcher(files, state.maxWrite(), state::negotiated);
        List<Slot> journal = state.slots();
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
     * Answers requests until there will be no more, or it is {@link #stop stopped}, with at most as
     * many threads as the journal has slots; this one is among them. If one of them fails, the others
     * stop when they have answered what they are working on: when this returns or throws, nobody works
     * any more.
     *
     * @return whether there will be no more requests
     */
    boolean serve(int threads) throws IOException {
        boolean more = serveUntilInit();
        if (more && goesOn()) {
            more = serveAll(Math.min(threads, workers.size()));
        }
        rethrow(failure.get());
        return !more;
    }

    /** Nothing else is asked before INIT is answered, and nobody who waits could be woken. */
    private boolean serveUntilInit() {
        boolean more = true;
        while (more && goesOn() && state.negotiated().isEmpty()) {
            more = serveOne(workers.get(0));
        }
        return more;
    }

    private boolean serveAll(int threads) {
        List<Thread> others = new ArrayList<>();
        try {
            for (int i = 1; i < threads; i++) {
                Worker worker = workers.get(i);
                Thread thread = new Thread(() -> serve(worker), "fuse-worker-" + i);
                thread.setDaemon(true);
                thread.start();
                others.add(thread);
            }
        } catch (Throwable e) { // no more threads: then with none
            fail(e);
        }
        boolean more = serve(workers.get(0));
        for (Thread thread : others) {
            Threads.join(thread);
        }
        return more;
    }

    private boolean serve(Worker worker) {
        boolean more = true;
        while (more && goesOn()) {
            more = serveOne(worker);
        }
        return more;
    }

    private boolean serveOne(Worker worker) {
        try {
            return worker.serveOne();
        } catch (Throwable e) {
            fail(e);
            return true;
        }
    }

    private boolean goesOn() {
        return failure.get() == null && !stopped;
    }

    private void fail(Throwable e) {
        if (failure.compareAndSet(null, e)) {
            try {
                wakeAll();
            } catch (Throwable unwoken) {
                e.addSuppressed(unwoken);
            }
        }
    }

    /** Has {@link #serve} return when what is being worked on is answered; may be called by any thread. */
    void stop() throws IOException {
        stopped = true;
        Fence.order(); // whoever answers INIT after the next line sees this before it reads again
        if (state.negotiated().isPresent()) {
            wakeAll();
        }
    }

    /** Those that wait for a request would not notice that there is nothing more to do. */
    private void wakeAll() throws IOException {
        for (int i = 0; i < workers.size(); i++) {
            device.wakeOne();
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
