// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.fuse.workers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOError;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.fdstorefs.Errno;
import org.fdstorefs.fuse.Attributes;
import org.fdstorefs.fuse.Bytes;
import org.fdstorefs.fuse.Entry;
import org.fdstorefs.fuse.FuseException;
import org.fdstorefs.fuse.Identity;
import org.fdstorefs.fuse.Replay;
import org.fdstorefs.fuse.Request;
import org.fdstorefs.fuse.state.Slot;
import org.fdstorefs.fuse.state.StateMemory;
import org.fdstorefs.fuse.wire.Negotiated;
import org.fdstorefs.fuse.wire.Wire;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Servers that are killed by a name, or when the kernel has taken a reply. */
class FuseServerTest {
    private static final Identity IDENTITY = Identity.of("test");
    private static final int SLOTS = 3;
    private static final String UNLINK_A =
            "2a000000 0a000000 0400000000000000 0500000000000000 00000000 00000000 00000000 00000000 6100";
    private static final String UNLINK_B =
            "2a000000 0a000000 0600000000000000 0500000000000000 00000000 00000000 00000000 00000000 6200";
    private static final String LOOKUP_C =
            "2a000000 01000000 0800000000000000 0100000000000000 00000000 00000000 00000000 00000000 6300";
    private static final String FORGET_99_ONCE =
            "30000000 02000000 0a00000000000000 6300000000000000 00000000 00000000 00000000 00000000 0100000000000000";
    private static final String FORGET_98_AND_99 =
            "50000000 2a000000 0c00000000000000 0000000000000000 00000000 00000000 00000000 00000000 02000000 00000000"
                    + "6200000000000000 0100000000000000 6300000000000000 0100000000000000";
    private static final String ANSWER_A = "10000000000000000400000000000000";
    private static final String ANSWER_B = "10000000000000000600000000000000";
    private static final String FAILURE_A = "10000000fbffffff0400000000000000";
    private static final int LIMIT = 3;
    private static final int HANGING_SECONDS = 60;

    private final List<String> calls = Collections.synchronizedList(new ArrayList<>());
    private final FakeKernel kernel = new FakeKernel();
    private StateMemory state;
    private FuseServer running;

    /** Is killed by a name. */
    private final class Fragile extends UnusedFiles {
        private final Bytes deadly;

        Fragile(String deadly) {
            this.deadly = Bytes.of(deadly);
        }

        @Override
        public void unlink(Request request, Bytes name) {
            calls.add(name + (request.replayed() ? " replayed" : "") + " memo " + request.memo());
            request.memo(name.toArray()[0]);
            if (name.equals(deadly)) {
                throw new Killed();
            }
        }

        @Override
        public Entry lookup(Request request, Bytes name) {
            calls.add("lookup " + name);
            Attributes attributes = Attributes.builder(7, 0100644).build();
            return new Entry(name.toArray()[0], 0, attributes, 1234);
        }

        @Override
        public void forget(long nodeId) throws FuseException {
            calls.add("forget " + nodeId);
            if (nodeId == 98) {
                throw new FuseException(Errno.EIO);
            }
        }
    }

    @BeforeEach
    void open() throws IOException {
        state = StateMemory.create(SLOTS, 4096, IDENTITY);
    }

    @AfterEach
    void close() throws IOException {
        state.close();
        kernel.close();
    }

    @Test
    void answersInTurnUntilItIsUnmounted() throws IOException {
        kernel.ask(UNLINK_A);
        kernel.ask(UNLINK_B);

        server("none").serve(1);

        assertThat(calls).containsExactly("a memo 0", "b memo 0");
        assertThat(kernel.replies()).containsExactly(ANSWER_A, ANSWER_B);
    }

    @Test
    void theSuccessorAnswersWhatWasLeftBehind() throws IOException {
        kernel.ask(UNLINK_A);
        serveUntilKilled("a");

        try (StateMemory left = StateMemory.adopt(state.fd().dup(), IDENTITY)) {
            FuseServer successor = new FuseServer(kernel.device(), left, new Fragile("none"));

            assertThat(successor.replay(LIMIT)).isEqualTo(new Replay(List.of("UNLINK"), List.of(), 0));
            assertThat(successor.replay(LIMIT)).as("nothing is left").isEqualTo(new Replay(List.of(), List.of(), 0));
        }
        assertThat(calls).containsExactly("a memo 0", "a replayed memo 97");
        assertThat(kernel.replies()).containsExactly(ANSWER_A);
    }

    @Test
    void aSuccessorMayBeKilledToo() throws IOException {
        kernel.ask(UNLINK_A);
        serveUntilKilled("a");
        FuseServer second = server("a");
        assertThatThrownBy(() -> second.replay(LIMIT)).isInstanceOf(Killed.class);

        server("none").replay(LIMIT);

        assertThat(calls).containsExactly("a memo 0", "a replayed memo 97", "a replayed memo 97");
        assertThat(kernel.replies()).containsExactly(ANSWER_A);
    }

    @Test
    void aRequestThatKillsEveryServerIsFailed() throws IOException {
        kernel.ask(UNLINK_A);
        serveUntilKilled("a");
        for (int server = 1; server <= LIMIT; server++) {
            FuseServer next = server("a");
            assertThatThrownBy(() -> next.replay(LIMIT)).isInstanceOf(Killed.class);
        }

        server("a").replay(LIMIT);

        assertThat(calls).hasSize(1 + LIMIT);
        assertThat(kernel.replies()).containsExactly(FAILURE_A);
    }

    @Test
    void theAttemptsAtOneRequestDoNotCountForTheNext() throws IOException {
        kernel.ask(UNLINK_A);
        serveUntilKilled("a");
        server("none").replay(1);
        kernel.ask(UNLINK_B);
        serveUntilKilled("b");

        server("none").replay(1);

        assertThat(kernel.replies()).containsExactly(ANSWER_A, ANSWER_B);
    }

    @Test
    void aMemoIsNotSeenByTheNextRequest() throws IOException {
        kernel.ask(UNLINK_A);
        kernel.ask(UNLINK_B);
        serveUntilKilled("a");
        server("none").replay(LIMIT);

        serveUntilKilled("b");

        assertThat(calls).endsWith("b memo 0");
    }

    @Test
    void whatTheKernelHasTheAnswerOfIsNotDoneAgain() throws IOException {
        kernel.ask(UNLINK_A);
        kernel.killAfter(ANSWER_A::equals);
        serveUntilKilled("none");

        Replay replay = server("none").replay(LIMIT);

        assertThat(replay).isEqualTo(new Replay(List.of(), List.of(), 1));
        assertThat(calls).containsExactly("a memo 0");
        assertThat(kernel.replies()).containsExactly(ANSWER_A);
    }

    @Test
    void whatTheKernelDoesNotWaitForIsNotDoneEvenIfItsReplyIsNotComplete() throws IOException {
        kernel.ask(UNLINK_A);
        serveUntilKilled("a");
        try (FakeKernel other = new FakeKernel()) { // which has ended the request by itself
            Replay replay = new FuseServer(other.device(), state, new Fragile("none")).replay(LIMIT);

            assertThat(replay).isEqualTo(new Replay(List.of(), List.of(), 1));
        }
        assertThat(calls).containsExactly("a memo 0");
    }

    @Test
    void aCompleteReplyIsSentAgainAndTheRequestNotWorkedOn() throws IOException {
        kernel.ask(UNLINK_A);
        serveUntilKilled("a");
        Slot slot = state.slots().get(0);
        slot.reply().put(Wire.bytes(ANSWER_A));
        slot.composed(16);

        Replay replay = server("none").replay(LIMIT);

        assertThat(replay).isEqualTo(new Replay(List.of(), List.of("UNLINK"), 0));
        assertThat(calls).containsExactly("a memo 0");
        assertThat(kernel.replies()).containsExactly(ANSWER_A);
    }

    @Test
    void aFullJournalIsAnsweredByASuccessorWithOneThread() throws IOException {
        kernel.ask(UNLINK_A);
        kernel.ask(UNLINK_B);
        kernel.ask(LOOKUP_C);
        FuseDevice device = kernel.device();
        for (Slot slot : state.slots()) {
            device.lane(slot).read();
        }

        Replay replay = server("none").replay(LIMIT);

        assertThat(replay.executed()).containsExactly("UNLINK", "UNLINK", "LOOKUP");
        assertThat(kernel.allAnswered()).isTrue();
    }

    @Test
    void severalThreadsAnswerEverything() throws IOException {
        for (int i = 1; i <= 200; i++) {
            kernel.ask("2a000000 01000000 %s000000000000 0100000000000000 00000000 00000000 00000000 00000000 6300"
                    .formatted(HexFormat.of().toHexDigits(Short.reverseBytes((short) (2 * i)))));
        }

        server("none").serve(SLOTS);

        assertThat(kernel.replies()).hasSize(200);
        assertThat(state.lookups().count('c')).isEqualTo(200);
    }

    @Test
    void whereTheKernelRefusesAReplyTheRequestFailsAndTheServerGoesOn() throws IOException {
        kernel.ask(UNLINK_A);
        kernel.ask(UNLINK_B);
        kernel.refuse(ANSWER_A::equals);

        server("none").serve(1);

        assertThat(kernel.replies()).containsExactly(FAILURE_A, ANSWER_B);
        assertThat(kernel.allAnswered()).isTrue();
    }

    @Test
    void anEntryThatWasAnsweredCountsOnceWithItsNote() throws IOException {
        kernel.ask(LOOKUP_C);
        kernel.killAfter(reply -> true);
        serveUntilKilled("none");

        server("none").replay(LIMIT);

        assertThat(state.lookups().count('c')).isEqualTo(1);
        assertThat(state.lookups().get('c')).isEqualTo(1234);
    }

    @Test
    void anEntryWhoseReplyWasCompleteAndNotCountedCountsOnceWithItsNote() throws IOException {
        kernel.ask(LOOKUP_C);
        kernel.killAfter(reply -> true);
        serveUntilKilled("none");
        state.lookups().subtract(state.slots().get(0), 0, 'c', 1);
        state.lookups().drop('c');

        server("none").replay(LIMIT);

        assertThat(state.lookups().count('c')).isEqualTo(1);
        assertThat(state.lookups().get('c')).isEqualTo(1234);
    }

    @Test
    void theFileSystemIsToldOfANodeOnlyWhenAllItsLookupsAreGivenUp() throws IOException {
        kernel.ask(LOOKUP_C);
        kernel.ask(LOOKUP_C.replace("0800000000000000", "1800000000000000"));
        kernel.ask(FORGET_99_ONCE);
        server("none").serve(1);
        assertThat(calls).containsExactly("lookup c", "lookup c");

        kernel.ask(FORGET_99_ONCE);
        server("none").serve(1);

        assertThat(calls).containsExactly("lookup c", "lookup c", "forget 99");
        assertThat(state.lookups().count(99)).isZero();
        assertThat(state.lookups().get(99)).as("the note is forgotten, too").isZero();
    }

    @Test
    void aForgetThatWasCountedInPartIsFinished() throws IOException {
        Slot slot = state.slots().get(0);
        for (long node : new long[] {98, 98, 99}) {
            state.lookups().add(slot, 0, node, 0);
        }
        kernel.ask(FORGET_98_AND_99);
        kernel.device().lane(slot).read();
        state.lookups().subtract(slot, 1, 98, 1); // as far as the predecessor came

        server("none").replay(LIMIT);

        assertThat(state.lookups().count(98)).isEqualTo(1);
        assertThat(calls).containsExactly("forget 99");
    }

    @Test
    void whatFailsWhenItIsForgottenDoesNotKeepTheOthers() throws IOException {
        state.lookups().add(state.slots().get(0), 0, 98, 0);
        state.lookups().add(state.slots().get(0), 0, 99, 0);
        state.slots().get(0).free();
        kernel.ask(FORGET_98_AND_99);

        server("none").serve(1);

        assertThat(calls).containsExactly("forget 98", "forget 99");
    }

    @Test
    void anInterruptReachesTheRequestThatIsWorkedOn() throws IOException {
        kernel.ask(UNLINK_A);
        kernel.ask(
                "30000000 24000000 0500000000000000 0000000000000000 00000000 00000000 00000000 00000000 0400000000000000");
        List<Boolean> interrupted = new ArrayList<>();
        FuseDevice device = kernel.device();
        device.lane(state.slots().get(1)).read();

        new FuseServer(device, state, new UnusedFiles() {}).serve(1);
        new FuseServer(device, state, new UnusedFiles() {
                    @Override
                    public void unlink(Request request, Bytes name) {
                        interrupted.add(request.isInterrupted());
                    }
                })
                .replay(LIMIT);

        assertThat(interrupted).containsExactly(true);
    }

    @Test
    void aHandlersErrorIsAnsweredAndTheServerGoesOn() throws IOException {
        kernel.ask(UNLINK_A);
        kernel.ask(UNLINK_B);

        new FuseServer(kernel.device(), state, new UnusedFiles() {
                    @Override
                    public void unlink(Request request, Bytes name) {
                        if (name.equals(Bytes.of("a"))) {
                            throw new IOError(new IOException("on purpose"));
                        }
                    }
                })
                .serve(1);

        assertThat(kernel.replies()).containsExactly(FAILURE_A, ANSWER_B);
    }

    @Test
    void whenAWorkerCannotGoOnThoseThatWaitEndToo() throws Exception {
        Future<Boolean> server = runningServer();

        kernel.breakRead();

        assertThatThrownBy(() -> server.get(HANGING_SECONDS, TimeUnit.SECONDS)).hasMessageContaining("read");
    }

    @Test
    void aServerThatIsStoppedEndsWithoutLosingARequest() throws Exception {
        Future<Boolean> server = runningServer();

        running.stop();

        assertThat(server.get(HANGING_SECONDS, TimeUnit.SECONDS))
                .as("whether it was unmounted")
                .isFalse();
        kernel.ask(UNLINK_A);
        kernel.unmount();
        assertThat(server("none").serve(SLOTS)).isTrue();
        assertThat(kernel.replies()).containsExactly(ANSWER_A);
    }

    @Test
    void aServerThatIsStoppedBeforeItServesDoesNotServe() throws IOException {
        kernel.ask(UNLINK_A);
        FuseServer server = server("none");
        server.stop();

        assertThat(server.serve(1)).isFalse();

        assertThat(calls).isEmpty();
    }

    /** One whose threads all wait for a request. */
    private Future<Boolean> runningServer() throws Exception {
        kernel.stayMounted();
        state.negotiated(new Negotiated(38, 1, 2, 4096));
        running = server("none");
        FutureTask<Boolean> task = new FutureTask<>(() -> running.serve(SLOTS));
        Thread thread = new Thread(task);
        thread.setDaemon(true);
        thread.start();
        kernel.awaitReaders(SLOTS);
        return task;
    }

    private FuseServer server(String deadly) throws IOException {
        return new FuseServer(kernel.device(), state, new Fragile(deadly));
    }

    private void serveUntilKilled(String deadly) throws IOException {
        FuseServer server = server(deadly);
        assertThatThrownBy(() -> server.serve(1)).isInstanceOf(Killed.class);
    }
}
