// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.it;

import static java.util.concurrent.TimeUnit.MINUTES;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import org.fdstorefs.recipes.JunixsocketServer;
import org.fdstorefs.recipes.NettyServer;
import org.fdstorefs.recipes.NioServer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The servers of the recipes are killed under load, and no client is refused. */
@Tag("program")
@Timeout(value = 20, unit = MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ListenersIT {
    private static final int CLIENTS = 2;
    private static final int KILLS = 2;

    @RegisterExtension
    final MountedStore mounted = new MountedStore();

    @TempDir
    Path directory;

    @Test
    void aNettyServerIsKilledAndReplacedWithoutARefusedConnection() throws Exception {
        int port = freePort();

        serversAreReplaced(NettyServer.class, port, new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    }

    @Test
    void aNettyServerOfADomainSocketIsKilledAndReplacedWithoutARefusedConnection() throws Exception {
        Path socket = directory.resolve("socket");

        serversAreReplaced(NettyServer.class, socket, UnixDomainSocketAddress.of(socket));
    }

    @Test
    void aServerOfTheJdkIsKilledAndReplacedWithoutARefusedConnection() throws Exception {
        int port = freePort();

        serversAreReplaced(NioServer.class, port, new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    }

    @Test
    void aJunixsocketServerIsKilledAndReplacedWithoutARefusedConnection() throws Exception {
        Path socket = directory.resolve("socket");

        serversAreReplaced(JunixsocketServer.class, socket, UnixDomainSocketAddress.of(socket));
    }

    /** The first successor comes after the death of its predecessor, the second is there before. */
    private void serversAreReplaced(Class<?> main, Object place, SocketAddress address) throws Exception {
        JavaProgram server = JavaProgram.start(main, mounted.directory(), place).awaitReady();
        EchoClients.Tally tally;
        try (EchoClients clients = new EchoClients(address, CLIENTS)) {
            for (int kill = 0; kill < KILLS; kill++) {
                clients.awaitAnswers(5);
                JavaProgram successor;
                if (kill % 2 == 0) {
                    clients.killing(server);
                    successor =
                            JavaProgram.start(main, mounted.directory(), place).awaitReady();
                } else {
                    successor =
                            JavaProgram.start(main, mounted.directory(), place).awaitReady();
                    clients.killing(server);
                }
                server.close();
                server = successor;
            }
            clients.awaitAnswers(5);
            tally = clients.stop();
        } finally {
            server.close();
        }
        System.out.println(main.getSimpleName() + ": " + tally);
        assertThat(tally.refused()).as("refused: %s", tally).isZero();
        assertThat(tally.wronged())
                .as("not answered though no server died: %s", tally)
                .isZero();
        assertThat(tally.lostWithServer()).as("at most one per client and kill").isLessThanOrEqualTo(CLIENTS * KILLS);
        assertThat(tally.answered() + tally.lostWithServer()).isEqualTo(tally.attempts());
        assertThat(mounted.store().names()).containsExactly("listener");
    }

    private static int freePort() throws IOException {
        try (ServerSocketChannel channel = ServerSocketChannel.open().bind(new InetSocketAddress(0))) {
            return ((InetSocketAddress) channel.getLocalAddress()).getPort();
        }
    }
}
