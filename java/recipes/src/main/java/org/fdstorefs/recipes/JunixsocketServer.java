// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.recipes;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.fdstorefs.Fd;
import org.fdstorefs.FdStore;
import org.newsclub.net.unix.AFUNIXServerSocket;
import org.newsclub.net.unix.AFUNIXSocket;
import org.newsclub.net.unix.AFUNIXSocketAddress;
import org.newsclub.net.unix.FileDescriptorCast;

/**
 * An echo server with junixsocket, whose listener outlives it: {@code JunixsocketServer STORE
 * SOCKET}. While no server runs, the kernel queues connections, and the next one accepts them.
 */
public final class JunixsocketServer {
    private static final String NAME = "listener";

    private JunixsocketServer() {}

    public static void main(String[] args) throws IOException {
        try (AFUNIXServerSocket listener = listener(Path.of(args[0]), Path.of(args[1]))) {
            // Or an orderly end would remove the name by which clients find the next server.
            listener.setDeleteOnClose(false);
            System.out.println("ready");
            while (true) {
                AFUNIXSocket client = listener.accept();
                new Thread(() -> echo(client)).start();
            }
        }
    }

    private static AFUNIXServerSocket listener(Path directory, Path socket) throws IOException {
        try (FdStore store = FdStore.open(directory)) {
            Optional<Fd> found = store.find(NAME);
            if (found.isPresent()) {
                try (Fd fd = found.get()) {
                    return FileDescriptorCast.using(fd.toFileDescriptor()).as(AFUNIXServerSocket.class);
                }
            }
            AFUNIXServerSocket listener = AFUNIXServerSocket.bindOn(AFUNIXSocketAddress.of(socket));
            try (Fd fd = Fd.duplicate(listener.getFileDescriptor())) {
                store.put(NAME, fd);
            }
            return listener;
        }
    }

    private static void echo(AFUNIXSocket client) {
        try (client) {
            client.getInputStream().transferTo(client.getOutputStream());
        } catch (IOException e) {
            System.err.println("a client is lost: " + e);
        }
    }
}
