// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.Channel;
import java.nio.channels.Channels;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.FileChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Descriptors of the JDK's objects. */
class JdkDuplicatesTest {
    @TempDir
    Path directory;

    /** Each kind of channel that can be duplicated. */
    enum Kind {
        FILE_TO_READ,
        FILE_TO_WRITE,
        FILE_OF_RANDOM_ACCESS,
        SOCKET,
        SERVER_SOCKET,
        DATAGRAM,
        PIPE_SOURCE,
        PIPE_SINK,
        OURS;

        List<Channel> open(Path directory) throws IOException {
            Path file = Files.writeString(directory.resolve("x"), "hello");
            return switch (this) {
                case FILE_TO_READ -> List.of(FileChannel.open(file));
                case FILE_TO_WRITE -> List.of(FileChannel.open(file, StandardOpenOption.WRITE));
                case FILE_OF_RANDOM_ACCESS -> List.of(new RandomAccessFile(file.toFile(), "rw").getChannel());
                case SOCKET -> List.of(SocketChannel.open());
                case SERVER_SOCKET -> List.of(ServerSocketChannel.open());
                case DATAGRAM -> List.of(DatagramChannel.open());
                case PIPE_SOURCE -> {
                    java.nio.channels.Pipe pipe = java.nio.channels.Pipe.open();
                    yield List.of(pipe.source(), pipe.sink());
                }
                case PIPE_SINK -> {
                    java.nio.channels.Pipe pipe = java.nio.channels.Pipe.open();
                    yield List.of(pipe.sink(), pipe.source());
                }
                case OURS -> {
                    try (Fd fd = Fd.open(file)) {
                        yield List.of(fd.newByteChannel());
                    }
                }
            };
        }
    }

    @ParameterizedTest
    @EnumSource
    void aDuplicateOfAChannelIsOfItsOpenFile(Kind kind) throws IOException {
        List<Channel> channels = kind.open(directory);
        try (Fd fd = Fd.duplicate(channels.get(0))) {
            assertThat(OpenFiles.othersLike(fd)).hasSize(1);
            assertThat(fd.isCloseOnExec()).isTrue();
        } finally {
            closeAll(channels);
        }
    }

    @ParameterizedTest
    @EnumSource
    void theDuplicateOutlivesTheChannel(Kind kind) throws IOException {
        List<Channel> channels = kind.open(directory);
        try (Fd fd = Fd.duplicate(channels.get(0))) {
            closeAll(channels);

            assertThat(Files.exists(Path.of("/proc/self/fd/" + fd.intValue()))).isTrue();
            assertThat(OpenFiles.othersLike(fd)).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aClosedChannelIsNotDuplicated(Kind kind) throws IOException {
        List<Channel> channels = kind.open(directory);
        closeAll(channels);

        assertThatThrownBy(() -> Fd.duplicate(channels.get(0))).isInstanceOf(ClosedChannelException.class);
    }

    private static void closeAll(List<Channel> channels) throws IOException {
        for (Channel channel : channels) {
            channel.close();
        }
    }

    @Test
    void closingTheDuplicateLeavesTheChannelOpen() throws IOException {
        Path file = Files.writeString(directory.resolve("x"), "hello");
        try (FileChannel channel = FileChannel.open(file)) {
            Fd.duplicate(channel).close();

            assertThat(channel.read(ByteBuffer.allocate(5))).isEqualTo(5);
        }
    }

    @Test
    void aChannelOfAnotherMakeIsNotDuplicated() {
        Channel channel = Channels.newChannel(InputStream.nullInputStream());

        assertThatThrownBy(() -> Fd.duplicate(channel))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(channel.getClass().getName());
    }

    @Test
    void aDuplicateOfAFileDescriptorSharesTheOffset() throws IOException {
        Path file = Files.writeString(directory.resolve("x"), "hello");
        try (FileInputStream in = new FileInputStream(file.toFile());
                InputStream duplicate = Fd.duplicate(in.getFD()).newInputStream()) {
            assertThat(in.read()).isEqualTo('h');

            assertThat(duplicate.readAllBytes()).asString(UTF_8).isEqualTo("ello");
        }
    }

    @Test
    void standardOutputIsAFileDescriptorToo() throws IOException {
        try (Fd fd = Fd.duplicate(FileDescriptor.out)) {
            assertThat(OpenFiles.othersLike(fd)).contains(1);
        }
    }

    @Test
    void aClosedFileDescriptorIsNotDuplicated() throws IOException {
        FileInputStream in = new FileInputStream("/dev/null");
        FileDescriptor descriptor = in.getFD();
        in.close();

        assertThatThrownBy(() -> Fd.duplicate(descriptor)).isInstanceOf(ClosedFdException.class);
        assertThatThrownBy(() -> Fd.duplicate(new FileDescriptor())).isInstanceOf(ClosedFdException.class);
    }

    /** The number of a closed channel goes to the next file that is opened; this looks for that file. */
    @Test
    void aDuplicateIsNeverOfWhatTookTheNumberOfAClosedChannel() throws Exception {
        Path right = Files.createFile(directory.resolve("right"));
        Path wrong = Files.createFile(directory.resolve("wrong"));
        AtomicBoolean stop = new AtomicBoolean();
        Thread thief = new Thread(() -> {
            while (!stop.get()) {
                openAndClose(wrong);
            }
        });
        thief.start();
        try {
            for (int i = 0; i < 3000; i++) {
                assertThat(duplicateWhileClosing(right)).isSubsetOf(List.of(right.toString()));
            }
        } finally {
            stop.set(true);
            thief.join();
        }
    }

    /** What the duplicate is of, if there is one. */
    private static List<String> duplicateWhileClosing(Path path) throws Exception {
        FileChannel channel = FileChannel.open(path);
        Thread closer = new Thread(() -> close(channel));
        List<String> files = new ArrayList<>();
        closer.start();
        try {
            while (true) {
                try (Fd fd = Fd.duplicate(channel)) {
                    files.add(Files.readSymbolicLink(Path.of("/proc/self/fd/" + fd.intValue()))
                            .toString());
                }
            }
        } catch (ClosedChannelException e) {
            closer.join();
            return files;
        }
    }

    private static void openAndClose(Path path) {
        try {
            FileChannel.open(path).close();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static void close(Channel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
