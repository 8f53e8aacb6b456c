// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.it;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;

/** Fetches a page, again and again, until it is closed. */
final class WebClient implements AutoCloseable {
    private final int port;
    private final Thread thread = new Thread(this::work, "client");
    private volatile boolean closed;
    private int answers;
    private int broken;
    private int refused;

    WebClient(int port) {
        this.port = port;
        thread.setDaemon(true);
        thread.start();
    }

    /** One page; waits for a server if the socket listens and nobody serves. */
    static String fetch(int port) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.getOutputStream().write("GET /page HTTP/1.0\r\n\r\n".getBytes(ISO_8859_1));
            return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
        }
    }

    private void work() {
        while (!closed) {
            try {
                String answer = fetch(port);
                count(answer.endsWith("hello") ? 1 : 0, answer.endsWith("hello") ? 0 : 1, 0);
            } catch (ConnectException e) {
                count(0, 0, 1);
            } catch (IOException e) {
                count(0, 1, 0);
            }
        }
    }

    private synchronized void count(int newAnswers, int newBroken, int newRefused) {
        answers += newAnswers;
        broken += newBroken;
        refused += newRefused;
        notifyAll();
    }

    /** Waits for that many more good answers, or for one refused connection. */
    synchronized void awaitAnswers(int more) throws InterruptedException {
        int goal = answers + more;
        while (answers < goal && refused == 0) {
            wait();
        }
    }

    /** How many connections the server died on. */
    synchronized int broken() {
        return broken;
    }

    synchronized int refused() {
        return refused;
    }

    /** Ends after the page that is under way. */
    void end() throws InterruptedException {
        closed = true;
        thread.join();
    }

    /** Leaves it to end, if it can, when a test has failed. */
    @Override
    public void close() {
        closed = true;
    }
}
