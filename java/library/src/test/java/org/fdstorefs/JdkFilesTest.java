// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.channels.NonReadableChannelException;
import java.nio.channels.NonWritableChannelException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** FileChannel and FileDescriptor of an Fd. */
class JdkFilesTest {
    @TempDir
    Path directory;

    private Path path;

    @BeforeEach
    void writeAFile() throws IOException {
        path = Files.writeString(directory.resolve("x"), "hello");
    }

    @Test
    void aFileChannelSharesTheOffset() throws IOException {
        try (Fd fd = Fd.open(path);
                FileChannel channel = fd.newFileChannel();
                InputStream in = fd.newInputStream()) {
            channel.position(2);

            assertThat(in.readAllBytes()).asString(UTF_8).isEqualTo("llo");
            assertThat(channel.position()).isEqualTo(5);
        }
    }

    @Test
    void theChannelOfAFileOpenForReadingReads() throws IOException {
        try (Fd fd = Fd.open(path);
                FileChannel channel = fd.newFileChannel()) {
            assertThat(text(channel)).isEqualTo("hello");
            assertThatThrownBy(() -> channel.write(bytes("x"))).isInstanceOf(NonWritableChannelException.class);
        }
    }

    @Test
    void theChannelOfAFileOpenForWritingWrites() throws IOException {
        try (Fd fd = Fd.open(path, OpenFlag.WRITE);
                FileChannel channel = fd.newFileChannel()) {
            channel.write(bytes("J"));

            assertThat(path).hasContent("Jello");
            assertThatThrownBy(() -> text(channel)).isInstanceOf(NonReadableChannelException.class);
        }
    }

    @Test
    void theChannelOfAFileOpenForBothDoesBoth() throws IOException {
        try (Fd fd = Fd.open(path, OpenFlag.READ, OpenFlag.WRITE);
                FileChannel channel = fd.newFileChannel()) {
            channel.write(bytes("J"));
            channel.map(MapMode.READ_WRITE, 0, 5).put(4, (byte) 'y');

            assertThat(text(channel)).isEqualTo("elly");
        }
    }

    @Test
    void theChannelOfAFileOpenForAppendingStandsAtItsEnd() throws IOException {
        try (Fd fd = Fd.open(path, OpenFlag.WRITE, OpenFlag.APPEND);
                FileChannel channel = fd.newFileChannel()) {
            assertThat(channel.position()).isEqualTo(5);

            channel.write(bytes("!"));

            assertThat(path).hasContent("hello!");
        }
    }

    @Test
    void theChannelIsCloseOnExec() throws IOException {
        try (Fd fd = Fd.open(path);
                FileChannel channel = fd.newFileChannel()) {
            int number = OpenFiles.othersLike(fd).first();

            assertThat(channel.isOpen()).isTrue();
            assertThat(Files.readString(Path.of("/proc/self/fdinfo/" + number)))
                    .containsPattern("flags:\\s+0?[0-7]?2[0-7]{6}\n");
        }
    }

    @Test
    void closingTheFdLeavesTheChannelOpen() throws IOException {
        Fd fd = Fd.open(path);
        try (FileChannel channel = fd.newFileChannel()) {
            fd.close();

            assertThat(text(channel)).isEqualTo("hello");
        }
    }

    @Test
    void closingTheChannelLeavesTheFdOpen() throws IOException {
        try (Fd fd = Fd.open(path);
                InputStream in = fd.newInputStream()) {
            fd.newFileChannel().close();

            assertThat(in.readAllBytes()).asString(UTF_8).isEqualTo("hello");
            assertThat(OpenFiles.othersLike(fd)).isEmpty();
        }
    }

    @Test
    void theChannelOutlivesAnFdThatIsForgotten() throws Exception {
        Fd fd = Fd.open(path);
        try (FileChannel channel = fd.newFileChannel()) {
            Garbage garbage = new Garbage(fd);
            fd = null;

            garbage.awaitCollection();

            assertThat(text(channel)).isEqualTo("hello");
        }
    }

    @Test
    void aFileChannelThatIsForgottenGivesItsDescriptorBack() throws Exception {
        try (Fd fd = Fd.open(path)) {
            Garbage garbage = new Garbage(fd.newFileChannel());

            garbage.awaitCollection();

            // The JDK closes on a thread of its own, after the collection.
            while (!OpenFiles.othersLike(fd).isEmpty()) {
                Thread.onSpinWait();
            }
            assertThat(fd.isOpen()).isTrue();
        }
    }

    @Test
    void thereIsNoChannelForAFileOpenedAsAPath() throws IOException {
        try (Fd fd = Fd.open(path, OpenFlag.PATH)) {
            Set<Integer> before = OpenFiles.numbers();

            assertThatThrownBy(fd::newFileChannel)
                    .isInstanceOf(FileSystemException.class)
                    .hasMessageContaining("O_PATH");
            assertThat(OpenFiles.numbers()).isEqualTo(before);
        }
    }

    @Test
    void thereIsNothingForAClosedFd() throws IOException {
        Fd fd = Fd.open(path);
        fd.close();

        assertThatThrownBy(fd::newFileChannel).isInstanceOf(ClosedFdException.class);
        assertThatThrownBy(fd::toFileDescriptor).isInstanceOf(ClosedFdException.class);
        assertThatThrownBy(fd::newServerSocketChannel).isInstanceOf(ClosedFdException.class);
        assertThatThrownBy(fd::newSocketChannel).isInstanceOf(ClosedFdException.class);
        assertThatThrownBy(fd::newByteChannel).isInstanceOf(ClosedFdException.class);
    }

    @Test
    void aFileDescriptorMakesStreamsOfTheSameOpenFile() throws IOException {
        try (Fd fd = Fd.open(path, OpenFlag.READ, OpenFlag.WRITE);
                FileInputStream in = new FileInputStream(fd.toFileDescriptor());
                FileOutputStream out = new FileOutputStream(fd.toFileDescriptor())) {
            assertThat(in.read()).isEqualTo('h');
            out.write('a');

            assertThat(path).hasContent("hallo");
        }
    }

    @Test
    void aFileDescriptorIsClosedByItsStreamAlone() throws IOException {
        try (Fd fd = Fd.open(path)) {
            FileInputStream in = new FileInputStream(fd.toFileDescriptor());
            assertThat(OpenFiles.othersLike(fd)).hasSize(1);

            in.close();

            assertThat(OpenFiles.othersLike(fd)).isEmpty();
            assertThat(Files.exists(Path.of("/proc/self/fd/" + fd.intValue()))).isTrue();
        }
    }

    private static String text(FileChannel channel) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(100);
        channel.read(buffer);
        return UTF_8.decode(buffer.flip()).toString();
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(UTF_8));
    }
}
