// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.fuse.workers;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import org.fdstorefs.fuse.FuseFileSystem;
import org.fdstorefs.fuse.Replay;
import org.fdstorefs.fuse.state.Slot;
import org.fdstorefs.fuse.state.StateMemory;
import org.fdstorefs.fuse.wire.Opcode;
import org.fdstorefs.internal.Threads;
import org.jspecify.annotations.Nullable;

/**
 * Serves a connection with several threads, until the file system is unmounted. A server that takes
 * over first answers what its predecessor had read; only then it reads.
 */
public final class FuseServer {
    private final Waits waits;
    private final List<Worker> workers = new ArrayList<>();
    private final Nodes nodes;
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

    /** Serves a file system. */
    public FuseServer(FuseDevice device, StateMemory state, FuseFileSystem files) {
        this(device, state, new Dispatcher(files, state.maxWrite(), state::negotiated));
    }

    /** Serves what an engine answers. */
    public FuseServer(FuseDevice device, StateMemory state, Engine engine) {
        requireNonNull(device, "device is null");
        requireNonNull(state, "state is null");
        waits = new Waits(device.interrupts());
        nodes = new Nodes(state.lookups(), engine);
        List<Slot> journal = state.slots();
        for (Slot slot : journal) {
            workers.add(new Worker(device, waits, journal, slot.number(), engine, nodes));
        }
    }

    /** Answers the requests that an earlier server left behind, as {@link Worker#replay}. */
    public Replay replay(int limit) throws IOException {
        return replay(limit, opcode -> false, () -> {});
    }

    /**
     * The same in an order: first the requests with certain opcodes, then something is done, and then
     * the other requests come.
     */
    public Replay replay(int limit, Predicate<Opcode> first, Step between) throws IOException {
        Recorder recorder = new Recorder();
        List<Worker> later = new ArrayList<>();
        for (Worker worker : workers) {
            if (worker.left().filter(first).isPresent()) {
                worker.replay(limit, recorder);
            } else {
                later.add(worker);
            }
        }
        between.run();
        for (Worker worker : later) {
            worker.replay(limit, recorder);
        }
        nodes.tellForgotten();
        return recorder.replay();
    }

    /** Something between two parts of {@link #replay(int, Predicate, Step)}. */
    @FunctionalInterface
    public interface Step {
        void run() throws IOException;
    }

    /**
     * Answers requests until there will be no more, or it is {@link #stop stopped}, with at most as
     * many threads as the journal has slots; this one is among them. If one of them fails, the others
     * stop when they have answered what they are working on: when this returns or throws, nobody works
     * any more.
     *
     * @return whether there will be no more requests
     */
    public boolean serve(int threads) throws IOException {
        List<Thread> others = new ArrayList<>();
        try {
            for (int i = 1; i < Math.min(threads, workers.size()); i++) {
                Worker worker = workers.get(i);
                Thread thread = new Thread(() -> serve(worker), "fuse-worker-" + i);
                thread.setDaemon(true);
                thread.start();
                others.add(thread);
            }
        } catch (Throwable e) {
            fail(e);
        }
        boolean ended = serve(workers.get(0));
        for (Thread thread : others) {
            Threads.join(thread);
        }
        rethrow(failure.get());
        return ended;
    }

    /** True if there will be no more requests. */
    private boolean serve(Worker worker) {
        try {
            return worker.serve();
        } catch (Throwable e) {
            fail(e);
            return false;
        }
    }

    private void fail(Throwable e) {
        failure.compareAndSet(null, e);
        waits.endAll();
    }

    /** Has {@link #serve} return when what is being worked on is answered; may be called by any thread. */
    public void stop() {
        waits.endAll();
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
