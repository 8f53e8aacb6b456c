// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.guard;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import org.fdstorefs.Errno;
import org.fdstorefs.guard.backend.Messages;
import org.fdstorefs.guard.backend.SocketPair;
import org.fdstorefs.guard.engine.BackendGoneException;
import org.fdstorefs.internal.Sys;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Requests and replies over a real socket, of which a thread has the other end. */
@Timeout(60)
class SocketBackendTest {
    private static final int ROOM = 64 * 1024;
    private static final int UNIQUE = 8;
    private static final int HEADER = 16;

    private final SocketPair sockets = SocketPair.create();
    private final BlockingQueue<Long> notes = new LinkedBlockingQueue<>();
    private final SocketBackend backend =
            new SocketBackend(3, sockets.guard(), buffer(2 * ROOM), note -> notes.add((long) note.remaining()));
    private final ByteBuffer memory = buffer(4 * ROOM);
    private final ByteBuffer iovecs = buffer(16);

    SocketBackendTest() throws IOException {}

    @AfterEach
    void close() throws IOException {
        backend.close();
        sockets.close();
    }

    private static ByteBuffer buffer(int size) {
        return ByteBuffer.allocateDirect(size).order(ByteOrder.nativeOrder());
    }

    /** Asks as a worker does; the answer is the number behind the header of the reply, or its error. */
    private long ask(long unique, String rest) throws BackendGoneException {
        return ask(unique, rest, ROOM);
    }

    private long ask(long unique, String rest, int room) throws BackendGoneException {
        ByteBuffer message = buffer(40).putInt(40).putInt(1).putLong(unique).clear();
        ByteBuffer more = buffer(rest.length()).put(rest.getBytes(US_ASCII)).flip();
        ByteBuffer reply = buffer(room);
        int length = backend.call(message, more, reply);
        if (reply.getInt(0) != length || reply.getLong(UNIQUE) != unique) {
            throw new AssertionError("not the reply to " + unique);
        }
        return length == HEADER ? reply.getInt(Integer.BYTES) : reply.getLong(HEADER);
    }

    private CompletableFuture<Long> asking(long unique) {
        return asking(unique, ROOM);
    }

    private CompletableFuture<Long> asking(long unique, int room) {
        CompletableFuture<Long> answer = new CompletableFuture<>();
        Thread thread = new Thread(() -> {
            try {
                answer.complete(ask(unique, "rest", room));
            } catch (Throwable e) {
                answer.completeExceptionally(e);
            }
        });
        thread.setDaemon(true);
        thread.start();
        return answer;
    }

    // ---- the server

    private long receive() {
        return receive(0);
    }

    /** The number of the next request; 0 if there is none. */
    private long receive(int flags) {
        long length = Messages.receive(sockets.backend().intValue(), Sys.address(memory), memory.capacity(), flags);
        return length <= 0 ? 0 : memory.getLong(UNIQUE);
    }

    private void reply(long unique, int length) {
        memory.putInt(0, length)
                .putInt(Integer.BYTES, 0)
                .putLong(UNIQUE, unique)
                .putLong(HEADER, 10 * unique);
        iovecs.clear().putLong(Sys.address(memory)).putLong(length);
        assertThat(Messages.send(sockets.backend().intValue(), Sys.address(iovecs), 1))
                .isEqualTo(length);
    }

    private void reply(long unique) {
        reply(unique, 24);
    }

    @Test
    void manyThreadsGetTheirOwnRepliesInAnyOrder() throws Exception {
        Thread server = new Thread(() -> {
            List<Long> waiting = new ArrayList<>();
            Random random = new Random(1);
            for (long unique = receive(0); unique != 0; unique = receive(0)) {
                waiting.add(unique);
                for (long more = receive(Messages.DONTWAIT); more != 0; more = receive(Messages.DONTWAIT)) {
                    waiting.add(more);
                }
                Collections.shuffle(waiting, random);
                waiting.forEach(this::reply);
                waiting.clear();
            }
        });
        server.start();
        List<Thread> threads = new ArrayList<>();
        List<Throwable> failures = Collections.synchronizedList(new ArrayList<>());
        for (int number = 0; number < 8; number++) {
            long base = 10_000L * number;
            Thread thread = new Thread(() -> {
                try {
                    for (long unique = base + 2; unique < base + 1000; unique += 2) {
                        assertThat(ask(unique, "rest")).isEqualTo(10 * unique);
                    }
                } catch (Throwable e) {
                    failures.add(e);
                }
            });
            thread.start();
            threads.add(thread);
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(failures).isEmpty();
        backend.end();
        server.join();
    }

    @Test
    void aSecondReplyAndOneToNobodyAreDropped() throws Exception {
        CompletableFuture<Long> first = asking(2);
        assertThat(receive()).isEqualTo(2);
        reply(77);
        reply(-1);
        reply(Long.MIN_VALUE);
        reply(2);
        assertThat(first.join()).isEqualTo(20);
        reply(2);
        CompletableFuture<Long> second = asking(4);
        assertThat(receive()).isEqualTo(4);
        reply(4);
        assertThat(second.join()).isEqualTo(40);
    }

    @Test
    void whatTheServerSaysByItselfIsHandedOver() throws Exception {
        CompletableFuture<Long> answer = asking(2);
        receive();
        reply(0, 60);
        reply(2);

        assertThat(answer.join()).isEqualTo(20);
        assertThat(notes.take()).isEqualTo(60);
        reply(0, 70);
        backend.listen();
        assertThat(notes.take()).isEqualTo(70);
    }

    @Test
    void aServerThatSpeaksWithoutAnEndIsHeardForAWhileAtATime() throws Exception {
        for (int count = 0; count < 1500; count++) {
            reply(0, 60);
        }
        backend.listen();
        assertThat(notes.size()).isBetween(1, 1499);
        backend.listen();
        assertThat(notes).hasSize(1500);
    }

    @Test
    void aReplyThatIsTooLongOrTooShortHurtsNobodyElse() throws Exception {
        CompletableFuture<Long> answer = asking(2);
        receive();
        CompletableFuture<Long> other = asking(4);
        receive();
        reply(2, ROOM + 1);
        assertThat(answer.join()).isEqualTo(-Errno.EIO.number());
        reply(4, 15);
        reply(4);
        assertThat(other.join()).isEqualTo(40);
    }

    @Test
    void whoeverReadsRepliesHandsOverThoseForWhichHeHasNoRoom() throws Exception {
        for (int round = 0; round < 20; round++) { // in some of which the one with little room reads
            CompletableFuture<Long> reader = asking(2, 1024);
            receive();
            CompletableFuture<Long> other = asking(4, 2 * ROOM);
            receive();
            reply(4, 2 * ROOM);
            assertThat(other.join()).isEqualTo(40);
            reply(2, 1024);
            assertThat(reader.join()).isEqualTo(20);
        }
    }

    @Test
    void aMessageThatIsTooLongForTheSocketIsItsEnd() throws Exception {
        ByteBuffer rest = buffer(sockets.longestMessage());
        assertThatThrownBy(() -> backend.call(buffer(40).putLong(UNIQUE, 2), rest, buffer(ROOM)))
                .isInstanceOf(BackendGoneException.class);
        assertThat(backend.awaitEnd(0)).isTrue();
    }

    @Test
    void theEndOfTheServerWakesEverybody() throws Exception {
        List<CompletableFuture<Long>> answers = new ArrayList<>();
        for (long unique = 2; unique <= 16; unique += 2) {
            answers.add(asking(unique));
            receive();
        }
        assertThat(backend.awaitEnd(0)).isFalse();
        sockets.backend().close();

        for (CompletableFuture<Long> answer : answers) {
            assertThatThrownBy(answer::join).hasRootCauseInstanceOf(BackendGoneException.class);
        }
        assertThat(backend.awaitEnd(60_000)).isTrue();
        assertThatThrownBy(() -> backend.send(buffer(40))).isInstanceOf(BackendGoneException.class);
    }

    @Test
    void soDoesItsBeingTakenForDead() throws Exception {
        List<CompletableFuture<Long>> answers = List.of(asking(2), asking(4));
        receive();
        receive();
        backend.end();

        answers.forEach(answer -> assertThatThrownBy(answer::join).hasRootCauseInstanceOf(BackendGoneException.class));
        backend.close();
        assertThatThrownBy(() -> ask(6, "")).isInstanceOf(BackendGoneException.class);
        assertThat(backend.generation()).isEqualTo(3);
    }
}
