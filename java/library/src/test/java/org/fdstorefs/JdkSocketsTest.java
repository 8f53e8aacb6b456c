// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** ServerSocketChannel and SocketChannel of an Fd. */
class JdkSocketsTest {
    @TempDir
    Path directory;

    private ServerSocketChannel listen(StandardProtocolFamily family) throws IOException {
        return ServerSocketChannel.open(family)
                .bind(
                        switch (family) {
                            case INET -> new InetSocketAddress("127.0.0.1", 0);
                            case INET6 -> new InetSocketAddress("::1", 0);
                            case UNIX -> UnixDomainSocketAddress.of(directory.resolve("socket"));
                        });
    }

    /** A listener that nothing but the Fd has. */
    private Fd listener(StandardProtocolFamily family) throws IOException {
        try (ServerSocketChannel channel = listen(family)) {
            return Fd.duplicate(channel);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aListenerAcceptsAsAServerSocketChannel(StandardProtocolFamily family) throws IOException {
        ServerSocketChannel original = listen(family);
        SocketAddress address = original.getLocalAddress();
        try (Fd fd = Fd.duplicate(original)) {
            original.close();
            try (ServerSocketChannel channel = fd.newServerSocketChannel();
                    SocketChannel client = SocketChannel.open(address);
                    SocketChannel server = channel.accept()) {
                client.write(bytes("hello"));

                assertThat(channel.getLocalAddress()).isEqualTo(address);
                assertThat(channel.isBlocking()).isTrue();
                assertThat(text(server)).isEqualTo("hello");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "::1"})
    void aBoundDatagramSocketReceivesAndSendsAsADatagramChannel(String host) throws IOException {
        StandardProtocolFamily family = host.contains(":") ? StandardProtocolFamily.INET6 : StandardProtocolFamily.INET;
        DatagramChannel original = DatagramChannel.open(family).bind(new InetSocketAddress(host, 0));
        SocketAddress address = original.getLocalAddress();
        try (Fd fd = Fd.duplicate(original);
                DatagramChannel client = DatagramChannel.open(family).bind(new InetSocketAddress(host, 0))) {
            original.close();
            client.send(bytes("waits in the socket"), address);
            try (DatagramChannel channel = fd.newDatagramChannel()) {
                ByteBuffer received = ByteBuffer.allocate(100);

                assertThat(channel.receive(received)).isEqualTo(client.getLocalAddress());
                assertThat(UTF_8.decode(received.flip()).toString()).isEqualTo("waits in the socket");
                assertThat(channel.getLocalAddress()).isEqualTo(address);
                assertThat(channel.isConnected()).isFalse();
                assertThat(channel.isBlocking()).isTrue();
                assertThat(channel.send(bytes("answer"), client.getLocalAddress()))
                        .isEqualTo(6);
                assertThat(client.receive(received.clear())).isEqualTo(address);
            }
        }
    }

    @Test
    void aConnectedDatagramSocketIsAConnectedChannel() throws IOException {
        InetSocketAddress any = new InetSocketAddress("127.0.0.1", 0);
        try (DatagramChannel server =
                        DatagramChannel.open(StandardProtocolFamily.INET).bind(any);
                DatagramChannel original = DatagramChannel.open(StandardProtocolFamily.INET)
                        .bind(any)
                        .connect(server.getLocalAddress());
                Fd fd = Fd.duplicate(original)) {
            server.send(bytes("early"), original.getLocalAddress());
            try (DatagramChannel channel = fd.newDatagramChannel()) {
                assertThat(channel.getRemoteAddress()).isEqualTo(server.getLocalAddress());
                assertThat(channel.isConnected()).isTrue();
                assertThat(channel.read(ByteBuffer.allocate(100))).isEqualTo(5);
                assertThat(channel.write(bytes("x"))).isEqualTo(1);
                assertThat(server.receive(ByteBuffer.allocate(1))).isEqualTo(original.getLocalAddress());
            }
        }
    }

    @Test
    void anUnboundDatagramSocketIsBoundWhenItIsUsed() throws IOException {
        try (DatagramChannel original = DatagramChannel.open(StandardProtocolFamily.INET);
                Fd fd = Fd.duplicate(original)) {
            original.configureBlocking(false);
            try (DatagramChannel channel = fd.newDatagramChannel()) {
                assertThat(channel.getLocalAddress()).isNull();
                assertThat(channel.isBlocking()).isFalse();
                assertThat(channel.receive(ByteBuffer.allocate(1))).isNull();
                assertThat(channel.getLocalAddress()).isNotNull();
            }
        }
    }

    @Test
    void whatIsNoDatagramSocketMakesNoDatagramChannel() throws IOException {
        try (Fd listener = listener(StandardProtocolFamily.INET);
                Fd file = Fd.open(Path.of("/dev/null"))) {
            assertThatThrownBy(listener::newDatagramChannel)
                    .isInstanceOf(FileSystemException.class)
                    .hasMessageContaining("not a datagram socket");
            assertThatThrownBy(file::newDatagramChannel).hasMessageContaining("ENOTSOCK");
        }
    }

    @Test
    void aServerSocketChannelOfIpv6AcceptsIpv4Too() throws IOException {
        try (ServerSocketChannel original =
                        ServerSocketChannel.open(StandardProtocolFamily.INET6).bind(new InetSocketAddress("::", 0));
                Fd fd = Fd.duplicate(original);
                ServerSocketChannel channel = fd.newServerSocketChannel();
                SocketChannel client =
                        SocketChannel.open(new InetSocketAddress("127.0.0.1", port(original.getLocalAddress())));
                SocketChannel server = channel.accept()) {
            assertThat(((InetSocketAddress) server.getRemoteAddress()).getAddress())
                    .isEqualTo(InetAddress.getByName("127.0.0.1"));
            assertThat(client.isConnected()).isTrue();
        }
    }

    @Test
    void theSocketViewOfTheChannelKnowsThatItIsBound() throws IOException {
        try (Fd fd = listener(StandardProtocolFamily.INET);
                ServerSocketChannel channel = fd.newServerSocketChannel()) {
            assertThat(channel.socket().isBound()).isTrue();
            assertThat(channel.socket().getLocalPort()).isEqualTo(port(channel.getLocalAddress()));
        }
    }

    @ParameterizedTest
    @EnumSource
    void theChannelOfANonBlockingListenerIsNonBlocking(StandardProtocolFamily family) throws IOException {
        try (ServerSocketChannel original = listen(family);
                Fd fd = Fd.duplicate(original)) {
            original.configureBlocking(false);
            try (ServerSocketChannel channel = fd.newServerSocketChannel()) {
                assertThat(channel.isBlocking()).isFalse();
                assertThat(channel.accept()).isNull();
            }
        }
    }

    @Test
    void aListenerOfAnFdWorksWithASelector() throws IOException {
        try (Fd fd = listener(StandardProtocolFamily.INET);
                ServerSocketChannel channel = fd.newServerSocketChannel();
                Selector selector = Selector.open()) {
            channel.configureBlocking(false);
            SelectionKey key = channel.register(selector, SelectionKey.OP_ACCEPT);
            try (SocketChannel client = SocketChannel.open(channel.getLocalAddress())) {
                selector.select();

                assertThat(key.isAcceptable()).isTrue();
                channel.accept().close();
                assertThat(client.read(ByteBuffer.allocate(1))).isEqualTo(-1);
            }
        }
    }

    @Test
    void closingTheServerSocketChannelLeavesTheListenerListening() throws IOException {
        try (Fd fd = listener(StandardProtocolFamily.UNIX)) {
            ServerSocketChannel first = fd.newServerSocketChannel();
            SocketAddress address = first.getLocalAddress();
            first.close();

            try (SocketChannel client = SocketChannel.open(address);
                    ServerSocketChannel second = fd.newServerSocketChannel();
                    SocketChannel server = second.accept()) {
                assertThat(client.isConnected() && server.isConnected()).isTrue();
            }
        }
    }

    @Test
    void theServerSocketChannelOutlivesAnFdThatIsForgotten() throws Exception {
        Fd fd = listener(StandardProtocolFamily.UNIX);
        try (ServerSocketChannel channel = fd.newServerSocketChannel()) {
            Garbage garbage = new Garbage(fd);
            fd = null;

            garbage.awaitCollection();

            try (SocketChannel client = SocketChannel.open(channel.getLocalAddress());
                    SocketChannel server = channel.accept()) {
                assertThat(client.isConnected() && server.isConnected()).isTrue();
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void aConnectionTalksAsASocketChannel(StandardProtocolFamily family) throws IOException {
        try (ServerSocketChannel listener = listen(family);
                SocketChannel client = SocketChannel.open(listener.getLocalAddress());
                SocketChannel server = listener.accept();
                Fd fd = Fd.duplicate(client);
                SocketChannel channel = fd.newSocketChannel()) {
            channel.write(bytes("hello"));
            server.write(bytes("world"));

            assertThat(text(server)).isEqualTo("hello");
            assertThat(text(channel)).isEqualTo("world");
            assertThat(channel.isConnected() && channel.isBlocking()).isTrue();
            assertThat(channel.getLocalAddress()).isEqualTo(client.getLocalAddress());
            assertThat(channel.getRemoteAddress()).isEqualTo(listener.getLocalAddress());
        }
    }

    @Test
    void aConnectionThatIsNonBlockingIsSoAsAChannel() throws IOException {
        try (ServerSocketChannel listener = listen(StandardProtocolFamily.INET);
                SocketChannel client = SocketChannel.open(listener.getLocalAddress());
                Fd fd = Fd.duplicate(client)) {
            client.configureBlocking(false);
            try (SocketChannel channel = fd.newSocketChannel()) {
                assertThat(channel.isBlocking()).isFalse();
                assertThat(channel.read(ByteBuffer.allocate(1))).isZero();
            }
        }
    }

    @Test
    void closingTheSocketChannelLeavesTheConnectionOpen() throws IOException {
        try (ServerSocketChannel listener = listen(StandardProtocolFamily.INET);
                SocketChannel client = SocketChannel.open(listener.getLocalAddress());
                SocketChannel server = listener.accept();
                Fd fd = Fd.duplicate(client)) {
            fd.newSocketChannel().close();
            client.write(bytes("hello"));

            assertThat(text(server)).isEqualTo("hello");
        }
    }

    @Test
    void theSocketChannelOutlivesItsFd() throws IOException {
        try (ServerSocketChannel listener = listen(StandardProtocolFamily.INET)) {
            SocketChannel client = SocketChannel.open(listener.getLocalAddress());
            Fd fd = Fd.duplicate(client);
            try (SocketChannel server = listener.accept();
                    SocketChannel channel = fd.newSocketChannel()) {
                fd.close();
                client.close();
                channel.write(bytes("hello"));

                assertThat(text(server)).isEqualTo("hello");
            }
        }
    }

    @Test
    void aListenerIsNoConnection() throws IOException {
        try (Fd fd = listener(StandardProtocolFamily.INET)) {
            refused(fd::newSocketChannel, "not connected");
        }
    }

    @Test
    void aConnectionDoesNotListen() throws IOException {
        try (ServerSocketChannel listener = listen(StandardProtocolFamily.INET);
                SocketChannel client = SocketChannel.open(listener.getLocalAddress());
                Fd fd = Fd.duplicate(client)) {
            refused(fd::newServerSocketChannel, "does not listen");
        }
    }

    @Test
    void aNewSocketDoesNotListen() throws IOException {
        try (SocketChannel channel = SocketChannel.open();
                Fd fd = Fd.duplicate(channel)) {
            refused(fd::newServerSocketChannel, "does not listen");
        }
    }

    @Test
    void aDatagramSocketIsNoStreamSocket() throws IOException {
        try (DatagramChannel channel = DatagramChannel.open();
                Fd fd = Fd.duplicate(channel)) {
            refused(fd::newServerSocketChannel, "not a stream socket");
            refused(fd::newSocketChannel, "not a stream socket");
        }
    }

    @Test
    void aFileIsNoSocket() throws IOException {
        try (Fd fd = Fd.open(Files.createFile(directory.resolve("x")))) {
            refused(fd::newServerSocketChannel, "not a socket (ENOTSOCK");
            refused(fd::newSocketChannel, "not a socket (ENOTSOCK");
        }
    }

    /** With the reason, and without a descriptor that stays behind. */
    private static void refused(ThrowingCallable call, String reason) throws IOException {
        Set<Integer> before = OpenFiles.numbers();
        assertThatThrownBy(call).isInstanceOf(FileSystemException.class).hasMessageContaining(reason);
        assertThat(OpenFiles.numbers()).isEqualTo(before);
    }

    private static int port(SocketAddress address) {
        return ((InetSocketAddress) address).getPort();
    }

    private static String text(SocketChannel channel) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(5);
        while (buffer.hasRemaining() && channel.read(buffer) >= 0) {
            // Until all five bytes are there.
        }
        return UTF_8.decode(buffer.flip()).toString();
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(UTF_8));
    }
}
