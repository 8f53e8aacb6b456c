// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.fuse.state;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.fdstorefs.fuse.Identity;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Two threads, two mappings of the same memory, and many rounds: whether a compiler, or a processor that reorders, can
 * show what must not be seen. (An arm64 that is emulated on a PC does not reorder more than the PC.)
 */
class WeakMemoryTest {
    private static final int ROUNDS = 300_000;
    private static final int HANGING_SECONDS = 120;
    private static final Identity IDENTITY = Identity.of("test");

    private StateMemory mine;
    private StateMemory other;

    @BeforeEach
    void map() throws IOException {
        mine = StateMemory.create(1, 4096, IDENTITY);
        other = StateMemory.adopt(mine.fd().dup(), IDENTITY);
    }

    @AfterEach
    void close() throws IOException {
        mine.close();
        other.close();
    }

    private static <T> FutureTask<T> start(Callable<T> callable) {
        FutureTask<T> task = new FutureTask<>(callable);
        Thread thread = new Thread(task);
        thread.setDaemon(true);
        thread.start();
        return task;
    }

    /** Waits for the mark of each round, and answers with that of the next one. */
    private static int pass(Slot slot, int first) {
        for (int unique = first; unique <= ROUNDS; unique += 2) {
            while (!slot.isInterrupted(unique)) {
                // a loop out of which a compiler may move what is read plainly
            }
            slot.interrupt(unique + 1);
        }
        return first;
    }

    @Test
    void whoLooksAgainAndAgainSeesThatItIsInterrupted() throws Exception {
        FutureTask<Integer> one = start(() -> pass(mine.slots().get(0), 1));
        FutureTask<Integer> two = start(() -> pass(other.slots().get(0), 2));

        mine.slots().get(0).interrupt(1);

        assertThat(one.get(HANGING_SECONDS, TimeUnit.SECONDS)).isEqualTo(1);
        assertThat(two.get(HANGING_SECONDS, TimeUnit.SECONDS)).isEqualTo(2);
    }

    @Test
    void aReplyThatIsMarkedAsCompleteIsComplete() throws Exception {
        Slot written = mine.slots().get(0);
        Slot read = other.slots().get(0);
        FutureTask<Integer> writing = start(() -> {
            for (int round = 1; round <= ROUNDS; round++) {
                written.reply().putInt(0, round).putInt(1024, round).putInt(4080, round);
                written.composed(round);
            }
            return ROUNDS;
        });
        FutureTask<Integer> torn = start(() -> {
            int found = 0;
            for (int length = 0; length < ROUNDS; ) {
                length = read.replyLength();
                VarHandle.acquireFence();
                ByteBuffer reply = read.reply();
                found += reply.getInt(4080) < length || reply.getInt(1024) < length || reply.getInt(0) < length ? 1 : 0;
            }
            return found;
        });

        assertThat(writing.get(HANGING_SECONDS, TimeUnit.SECONDS)).isEqualTo(ROUNDS);
        assertThat(torn.get(HANGING_SECONDS, TimeUnit.SECONDS)).isZero();
    }
}
