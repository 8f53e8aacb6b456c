// SPDX-License-Identifier: Apache-2.0
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/**
 * Java without any library: {@code fdstore exec web=0 -- java Inherited.java} says hello to web browsers. The JVM takes its
 * standard input for a channel, if that is a socket.
 */
final class Inherited {
    public static void main(String[] args) throws IOException {
        if (!(System.inheritedChannel() instanceof ServerSocketChannel listener)) {
            throw new IOException("the standard input is no socket that listens");
        }
        while (true) {
            SocketChannel client = listener.accept();
            new Thread(() -> sayHello(client)).start();
        }
    }

    private static void sayHello(SocketChannel client) {
        try (client) {
            client.read(ByteBuffer.allocate(8192));
            client.write(ByteBuffer.wrap("HTTP/1.0 200 OK\r\n\r\nhello\n".getBytes()));
        } catch (IOException e) {
            System.err.println("a client is lost: " + e);
        }
    }
}
