// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.it;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/** Threads that connect to an echo server, send a line, read it back and close, again and again. */
final class EchoClients implements AutoCloseable {
    private static final String NO_ERROR = "none";

    private final SocketAddress address;
    private final List<Thread> threads = new ArrayList<>();
    private final int[] answers;
    private final AtomicInteger attempts = new AtomicInteger();
    private final AtomicInteger refused = new AtomicInteger();
    private final AtomicInteger lostWithServer = new AtomicInteger();
    private final AtomicInteger wronged = new AtomicInteger();
    // How often a kill began or ended: odd while one is under way.
    private final AtomicInteger kills = new AtomicInteger();
    private volatile boolean stopped;
    private volatile String firstError = NO_ERROR;

    EchoClients(SocketAddress address, int count) {
        this.address = address;
        this.answers = new int[count];
        for (int i = 0; i < count; i++) {
            int client = i;
            threads.add(new Thread(() -> run(client)));
        }
        threads.forEach(Thread::start);
    }

    /** What became of the attempts to be served. */
    record Tally(int attempts, int answered, int refused, int lostWithServer, int wronged, String firstError) {}

    private void run(int client) {
        while (!stopped) {
            int before = kills.get();
            attempts.incrementAndGet();
            try {
                attempt("client " + client + " before " + before + "\n");
                answered(client);
            } catch (ConnectException e) {
                count(refused, e);
            } catch (IOException e) {
                // Only the end of a server excuses the end of a connection, which it had accepted.
                boolean killed = before != kills.get() || before % 2 != 0;
                count(killed ? lostWithServer : wronged, e);
            }
        }
    }

    private void answered(int client) {
        synchronized (answers) {
            answers[client]++;
            answers.notifyAll();
        }
    }

    private void count(AtomicInteger counter, IOException e) {
        if (counter != lostWithServer && firstError.equals(NO_ERROR)) {
            firstError = e.toString();
        }
        counter.incrementAndGet();
    }

    private void attempt(String line) throws IOException {
        try (SocketChannel channel = SocketChannel.open(address)) {
            ByteBuffer request = ByteBuffer.wrap(line.getBytes(UTF_8));
            ByteBuffer answer = ByteBuffer.allocate(request.remaining());
            channel.write(request);
            while (answer.hasRemaining()) {
                if (channel.read(answer) < 0) {
                    throw new EOFException("closed after " + answer.position() + " bytes");
                }
            }
            if (!answer.flip().equals(request.flip())) {
                throw new IOException("another answer: " + UTF_8.decode(answer));
            }
        }
    }

    void killing(JavaProgram server) throws InterruptedException {
        kills.incrementAndGet();
        server.kill();
        kills.incrementAndGet();
    }

    /** Waits until each client has so many more answers. */
    void awaitAnswers(int more) throws InterruptedException {
        synchronized (answers) {
            int[] start = answers.clone();
            while (IntStream.range(0, start.length).anyMatch(client -> answers[client] < start[client] + more)) {
                answers.wait();
            }
        }
    }

    /** Lets attempts end, and says how they did. */
    Tally stop() throws InterruptedException {
        stopped = true;
        for (Thread thread : threads) {
            thread.join();
        }
        return new Tally(
                attempts.get(),
                Arrays.stream(answers).sum(),
                refused.get(),
                lostWithServer.get(),
                wronged.get(),
                firstError);
    }

    /** Ends attempts that wait for a server, too. */
    @Override
    public void close() {
        stopped = true;
        threads.forEach(Thread::interrupt);
    }
}
