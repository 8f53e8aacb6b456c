// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.it;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channel;
import java.nio.channels.FileChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.fdstorefs.Fd;

/**
 * A process that has something that is lost with it: {@code deleted FILE} or {@code listener FILE}.
 * Says which descriptor that is, and for a listener the port, and waits.
 */
final class Victim {
    private Victim() {}

    public static void main(String[] args) throws Exception {
        try (Channel channel = args[0].equals("listener") ? listener() : deleted(Path.of(args[1]));
                Fd fd = Fd.duplicate(channel)) {
            System.out.println(fd.intValue());
            if (channel instanceof ServerSocketChannel listener) {
                System.out.println(((InetSocketAddress) listener.getLocalAddress()).getPort());
            }
            System.in.read();
        }
    }

    private static ServerSocketChannel listener() throws IOException {
        return ServerSocketChannel.open().bind(new InetSocketAddress("127.0.0.1", 0));
    }

    private static FileChannel deleted(Path path) throws IOException {
        FileChannel channel = FileChannel.open(
                path, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE);
        channel.write(ByteBuffer.wrap("precious".getBytes(UTF_8)));
        Files.delete(path);
        return channel;
    }
}
