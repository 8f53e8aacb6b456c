// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ReadOnlyBufferException;
import java.nio.channels.ByteChannel;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import org.fdstorefs.internal.Linux;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FdByteChannelTest {
    // Several times what a pipe holds: 65536 bytes, pipe(7).
    private static final int LARGE = 300_000;

    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void itReadsIntoBuffersOfEitherKind(boolean direct) throws IOException {
        try (Pipe pipe = Pipe.open();
                ByteChannel in = pipe.reader().newByteChannel();
                ByteChannel out = pipe.writer().newByteChannel()) {
            out.write(ByteBuffer.wrap("hello".getBytes(UTF_8)));
            ByteBuffer buffer = buffer(direct, 8).position(2);

            assertThat(in.read(buffer)).isEqualTo(5);
            assertThat(UTF_8.decode(buffer.flip().position(2)).toString()).isEqualTo("hello");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void itReadsNoMoreThanFits(boolean direct) throws IOException {
        try (Pipe pipe = Pipe.open();
                ByteChannel in = pipe.reader().newByteChannel();
                ByteChannel out = pipe.writer().newByteChannel()) {
            out.write(ByteBuffer.wrap("hello".getBytes(UTF_8)));

            assertThat(in.read(buffer(direct, 2))).isEqualTo(2);
            assertThat(in.read(buffer(direct, 0))).isZero();
            assertThat(in.read(buffer(direct, 9))).isEqualTo(3);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theEndOfTheFileIsMinusOne(boolean direct) throws IOException {
        try (Pipe pipe = Pipe.open();
                ByteChannel in = pipe.reader().newByteChannel()) {
            pipe.writer().close();

            assertThat(in.read(buffer(direct, 8))).isEqualTo(-1);
        }
    }

    @ParameterizedTest
    @CsvSource({"true, true", "true, false", "false, true", "false, false"})
    void itWritesAllAlsoIfTheFileIsNonBlocking(boolean nonBlocking, boolean direct) throws Exception {
        byte[] bytes = new byte[LARGE];
        new Random(1).nextBytes(bytes);
        ByteBuffer buffer = buffer(direct, LARGE).put(bytes).flip().asReadOnlyBuffer();
        try (Pipe pipe = Pipe.open(nonBlocking ? Linux.O_NONBLOCK : 0)) {
            FutureTask<Integer> writing = start(() -> {
                try (Fd writer = pipe.writer();
                        ByteChannel out = writer.newByteChannel()) {
                    return out.write(buffer);
                }
            });

            assertThat(readAll(pipe.reader())).isEqualTo(bytes);
            assertThat(writing.get()).isEqualTo(LARGE);
        }
    }

    @Test
    void itWaitsForTheFirstByteOfANonBlockingFile() throws Exception {
        try (Pipe pipe = Pipe.open(Linux.O_NONBLOCK);
                ByteChannel in = pipe.reader().newByteChannel()) {
            FutureTask<Integer> reading = start(() -> in.read(ByteBuffer.allocate(8)));
            pipe.writer().write(ByteBuffer.allocateDirect(3));

            assertThat(reading.get()).isEqualTo(3);
        }
    }

    @Test
    void aWriteThatFailsLeavesThePositionAtWhatWasWritten() throws IOException {
        try (Pipe pipe = Pipe.open();
                ByteChannel out = pipe.writer().newByteChannel()) {
            pipe.reader().close();
            ByteBuffer buffer = ByteBuffer.allocate(LARGE);

            assertThatThrownBy(() -> out.write(buffer)).hasMessageContaining("EPIPE");
            assertThat(buffer.position()).isZero();
        }
    }

    @Test
    void itDoesNotReadIntoAReadOnlyBuffer() throws IOException {
        try (Fd fd = Fd.open(Path.of("/dev/zero"));
                ByteChannel channel = fd.newByteChannel()) {
            assertThatThrownBy(() -> channel.read(ByteBuffer.allocate(1).asReadOnlyBuffer()))
                    .isInstanceOf(ReadOnlyBufferException.class);
        }
    }

    @Test
    void closingItLeavesTheFdOpenAndTheOtherWayRound() throws IOException {
        Fd fd = Fd.open(Files.writeString(directory.resolve("x"), "hello"));
        ByteChannel closed = fd.newByteChannel();
        try (ByteChannel open = fd.newByteChannel()) {
            closed.close();
            assertThat(fd.isOpen()).isTrue();
            fd.close();

            assertThat(closed.isOpen()).isFalse();
            assertThat(open.isOpen()).isTrue();
            assertThat(open.read(ByteBuffer.allocate(8))).isEqualTo(5);
            assertThatThrownBy(() -> closed.read(ByteBuffer.allocate(8))).isInstanceOf(ClosedChannelException.class);
            assertThatThrownBy(() -> closed.write(ByteBuffer.allocate(8))).isInstanceOf(ClosedChannelException.class);
        }
    }

    @Test
    void itOutlivesAnFdThatIsForgotten() throws Exception {
        Fd fd = Fd.open(Path.of("/dev/zero"));
        try (ByteChannel channel = fd.newByteChannel()) {
            Garbage garbage = new Garbage(fd);
            fd = null;

            garbage.awaitCollection();

            assertThat(channel.read(ByteBuffer.allocate(8))).isEqualTo(8);
        }
    }

    private static ByteBuffer buffer(boolean direct, int size) {
        return direct ? ByteBuffer.allocateDirect(size) : ByteBuffer.allocate(size);
    }

    private static byte[] readAll(Fd fd) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(LARGE + 1);
        try (ByteChannel in = fd.newByteChannel()) {
            while (in.read(buffer) >= 0) {
                // Until the writer closes.
            }
        }
        byte[] bytes = new byte[buffer.flip().remaining()];
        buffer.get(bytes);
        return bytes;
    }

    private static <T> FutureTask<T> start(Callable<T> callable) {
        FutureTask<T> task = new FutureTask<>(callable);
        new Thread(task).start();
        return task;
    }
}
