// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.csi;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.Objects.requireNonNull;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;

/**
 * One call of a method by gRPC, in the few frames of HTTP/2 that this takes: a probe that starts every half a minute
 * need not load a client for it, nor the driver one that it uses once.
 */
final class Call {
    // Types and flags of frames: RFC 9113, 6.
    private static final int DATA = 0;
    private static final int HEADERS = 1;
    private static final int RESET = 3;
    private static final int SETTINGS = 4;
    private static final int GO_AWAY = 7;
    private static final int END_STREAM = 1;
    private static final int END_HEADERS = 4;
    private static final int FRAME_HEADER = 9;
    /** Ours is the first, and the only one. */
    private static final int STREAM = 1;

    /** Before a message: whether it is compressed, and its length. */
    private static final int MESSAGE_HEADER = 5;

    private final Path socket;
    private final Duration patience;

    /** To the server of a socket. */
    Call(Path socket, Duration patience) {
        this.socket = requireNonNull(socket, "socket is null");
        this.patience = requireNonNull(patience, "patience is null");
    }

    /**
     * Calls a method, as {@code SERVICE/METHOD}.
     *
     * @return the answer, a message as it is on the wire
     * @throws IOException also if the method gives an error instead
     */
    byte[] call(String method, byte[] message) throws IOException {
        long deadline = System.nanoTime() + patience.toNanos();
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket));
                Selector selector = Selector.open()) {
            channel.write(ByteBuffer.wrap(request(method, message)));
            channel.configureBlocking(false);
            channel.register(selector, SelectionKey.OP_READ);
            return answer(method, new Input(channel, selector, deadline));
        }
    }

    private static byte[] request(String method, byte[] message) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(US_ASCII));
        frame(bytes, SETTINGS, 0, 0, new byte[0]);
        frame(bytes, HEADERS, END_HEADERS, STREAM, headers(method));
        byte[] data = ByteBuffer.allocate(MESSAGE_HEADER + message.length)
                .put((byte) 0)
                .putInt(message.length)
                .put(message)
                .array();
        frame(bytes, DATA, END_STREAM, STREAM, data);
        return bytes.toByteArray();
    }

    private static void frame(ByteArrayOutputStream bytes, int type, int flags, int stream, byte[] payload) {
        bytes.writeBytes(ByteBuffer.allocate(FRAME_HEADER)
                .putInt(payload.length << 8 | type)
                .put((byte) flags)
                .putInt(stream)
                .array());
        bytes.writeBytes(payload);
    }

    /** By RFC 7541: fields of its table by their numbers there, nothing compressed. */
    private static byte[] headers(String method) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.write(0x83); // :method POST
        bytes.write(0x86); // :scheme http
        bytes.write(0x04); // :path
        string(bytes, "/" + method);
        bytes.write(0x01); // :authority
        string(bytes, "localhost");
        bytes.write(0x0f); // content-type, which is field 15 + 16
        bytes.write(0x10);
        string(bytes, "application/grpc");
        bytes.write(0x00);
        string(bytes, "te");
        string(bytes, "trailers");
        return bytes.toByteArray();
    }

    private static void string(ByteArrayOutputStream bytes, String text) {
        bytes.write(text.length());
        bytes.writeBytes(text.getBytes(US_ASCII));
    }

    /** Errors have headers alone: no data, no answer. */
    private static byte[] answer(String method, Input input) throws IOException {
        ByteArrayOutputStream data = new ByteArrayOutputStream();
        while (true) {
            ByteBuffer header = input.read(FRAME_HEADER);
            int lengthAndType = header.getInt();
            int flags = Byte.toUnsignedInt(header.get());
            int stream = header.getInt();
            byte[] payload = input.read(lengthAndType >>> 8).array();
            int type = lengthAndType & 0xff;
            if (type == GO_AWAY || (type == RESET && stream == STREAM)) {
                throw new IOException(method + ": the server gave it up");
            }
            if (stream == STREAM && type == DATA) {
                data.writeBytes(payload);
            }
            if (stream == STREAM && (flags & END_STREAM) != 0 && type <= HEADERS) {
                byte[] message = data.toByteArray();
                if (message.length < MESSAGE_HEADER) {
                    throw new IOException(method + ": answered by an error");
                }
                return Arrays.copyOfRange(message, MESSAGE_HEADER, message.length);
            }
        }
    }

    /** What arrives until a time. */
    private record Input(SocketChannel channel, Selector selector, long deadline) {
        ByteBuffer read(int length) throws IOException {
            ByteBuffer buffer = ByteBuffer.allocate(length);
            while (buffer.hasRemaining()) {
                int read = channel.read(buffer);
                if (read < 0) {
                    throw new EOFException("the server has closed the connection");
                }
                if (read == 0) {
                    await();
                }
            }
            return buffer.flip();
        }

        private void await() throws IOException {
            long millis = (deadline - System.nanoTime()) / 1_000_000;
            if (millis <= 0) {
                throw new IOException("no answer in time");
            }
            selector.selectedKeys().clear();
            selector.select(millis);
        }
    }
}
