// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.fuse.workers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.fdstorefs.fuse.Identity;
import org.fdstorefs.fuse.state.Slot;
import org.fdstorefs.fuse.state.StateMemory;
import org.fdstorefs.fuse.wire.Opcode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who may answer an entry while nodes wait to be forgotten. */
class NodesTest {
    private static final Identity IDENTITY = Identity.of("test");
    private static final int MANY = 3000;
    private static final int HANGING_SECONDS = 60;

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<Long> told = Collections.synchronizedList(new ArrayList<>());
    private final CountDownLatch slowHasEnded = new CountDownLatch(1);
    private StateMemory state;
    private Nodes nodes;

    @BeforeEach
    void open() throws IOException {
        state = StateMemory.create(1, 4096, IDENTITY);
        UnusedFiles files = new UnusedFiles() {
            @Override
            public void forget(long nodeId) {
                told.add(nodeId);
                if (nodeId == 7) {
                    throw new StackOverflowError();
                }
            }
        };
        nodes = new Nodes(state.lookups(), new Dispatcher(files, 4096, agreed -> {}));
    }

    @AfterEach
    void close() throws IOException {
        slowHasEnded.countDown();
        threads.shutdownNow();
        state.close();
    }

    private void forget(int count) {
        Slot slot = state.slots().get(0);
        for (long node = 2; node < 2 + count; node++) {
            state.lookups().add(slot, 0, node, 0);
            state.lookups().subtract(slot, 0, node, 1);
        }
    }

    /** A lookup that takes long, in a thread of its own. */
    private Future<?> slowLookup() throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(1);
        Future<?> slow = threads.submit(() -> {
            nodes.beginAnswer(Opcode.LOOKUP);
            begun.countDown();
            slowHasEnded.await();
            nodes.endAnswer(Opcode.LOOKUP);
            return null;
        });
        begun.await();
        return slow;
    }

    @Test
    void lookupsGoOnBesideASlowOneHoweverManyNodesAreForgotten() throws Exception {
        forget(MANY);
        Future<?> slow = slowLookup();
        Future<?> teller = threads.submit(() -> nodes.tellForgotten());

        Future<?> others = threads.submit(() -> {
            for (int i = 0; i < 100; i++) {
                nodes.beginAnswer(Opcode.LOOKUP);
                nodes.endAnswer(Opcode.LOOKUP);
                nodes.tellForgotten();
            }
        });

        others.get(HANGING_SECONDS, TimeUnit.SECONDS);
        teller.get(HANGING_SECONDS, TimeUnit.SECONDS);
        assertThat(slow.isDone()).isFalse();
        assertThat(told).as("none while a method runs that answers an entry").isEmpty();
    }

    @Test
    void whatCouldNotBeToldIsToldAfterwards() throws Exception {
        forget(MANY);
        Future<?> slow = slowLookup();
        nodes.tellForgotten();
        slowHasEnded.countDown();
        slow.get();

        nodes.tellForgotten();

        assertThat(told).hasSize(MANY).doesNotHaveDuplicates();
        assertThat(state.lookups().countOfForgotten()).isZero();
    }

    @Test
    void anErrorOfTheFileSystemEndsNothing() {
        forget(MANY);

        nodes.tellForgotten();

        assertThat(told).hasSize(MANY);
    }
}
