// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.recipes;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.Optional;
import org.fdstorefs.Fd;
import org.fdstorefs.FdStore;

/**
 * An echo server with the channels of the JDK, whose listener outlives it: {@code NioServer STORE
 * PORT}. While no server runs, the kernel queues connections, and the next one accepts them.
 */
public final class NioServer {
    private static final String NAME = "listener";

    private NioServer() {}

    public static void main(String[] args) throws IOException {
        try (ServerSocketChannel listener = listener(Path.of(args[0]), Integer.parseInt(args[1]))) {
            System.out.println("ready");
            while (true) {
                SocketChannel client = listener.accept();
                new Thread(() -> echo(client)).start();
            }
        }
    }

    private static ServerSocketChannel listener(Path directory, int port) throws IOException {
        try (FdStore store = FdStore.open(directory)) {
            Optional<Fd> found = store.find(NAME);
            if (found.isPresent()) {
                try (Fd fd = found.get()) {
                    return fd.newServerSocketChannel();
                }
            }
            // The first server: it listens first, and then puts the socket.
            ServerSocketChannel listener = ServerSocketChannel.open().bind(new InetSocketAddress(port));
            try (Fd fd = Fd.duplicate(listener)) {
                store.put(NAME, fd);
            }
            return listener;
        }
    }

    private static void echo(SocketChannel client) {
        try (client) {
            ByteBuffer buffer = ByteBuffer.allocate(1024);
            while (client.read(buffer.clear()) >= 0) {
                client.write(buffer.flip());
            }
        } catch (IOException e) {
            System.err.println("a client is lost: " + e);
        }
    }
}
