// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ReadOnlyBufferException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.fdstorefs.internal.Linux;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against the kernel of this machine. */
class FdTest {
    @TempDir
    Path directory;

    @Test
    void openOpensForReading() throws IOException {
        Path path = Files.writeString(directory.resolve("x"), "hello");

        try (InputStream in = Fd.open(path).newInputStream()) {
            assertThat(in.readAllBytes()).asString(UTF_8).isEqualTo("hello");
        }
    }

    @Test
    void openCreatesWhenAsked() throws IOException {
        Path path = directory.resolve("x");

        try (OutputStream out = Fd.open(path, OpenFlag.WRITE, OpenFlag.CREATE, OpenFlag.EXCLUSIVE)
                .newOutputStream()) {
            out.write("hello".getBytes(UTF_8));
        }

        assertThat(path).hasContent("hello");
    }

    @Test
    void openAppendsWhenAsked() throws IOException {
        Path path = Files.writeString(directory.resolve("x"), "hello");

        try (OutputStream out = Fd.open(path, OpenFlag.WRITE, OpenFlag.APPEND).newOutputStream()) {
            out.write('!');
        }

        assertThat(path).hasContent("hello!");
    }

    @Test
    void openOfAMissingFileFails() {
        assertThatThrownBy(() -> Fd.open(directory.resolve("x"))).isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void exclusiveCreationOfAnExistingFileFails() throws IOException {
        Path path = Files.createFile(directory.resolve("x"));

        assertThatThrownBy(() -> Fd.open(path, OpenFlag.WRITE, OpenFlag.CREATE, OpenFlag.EXCLUSIVE))
                .isInstanceOf(FileAlreadyExistsException.class);
    }

    @Test
    void aSymbolicLinkIsNotFollowedWhenForbidden() throws IOException {
        Path link = Files.createSymbolicLink(directory.resolve("x"), Path.of("y"));

        assertThatThrownBy(() -> Fd.open(link, OpenFlag.NOFOLLOW)).hasMessageContaining("ELOOP");
    }

    @Test
    void whatIsOpenedIsCloseOnExec() throws IOException {
        try (Fd fd = Fd.open(Path.of("/dev/null"))) {
            assertThat(Path.of("/proc/self/fdinfo/" + fd.intValue()))
                    .content()
                    .containsPattern("flags:\\s+0?[0-7]?2[0-7]{6}\n");
        }
    }

    @Test
    void closeOnExecIsSetAndCleared() throws IOException {
        try (Fd fd = Fd.open(Path.of("/dev/null"))) {
            fd.setCloseOnExec(false);

            assertThat(fd.isCloseOnExec()).isFalse();
            assertThat(Path.of("/proc/self/fdinfo/" + fd.intValue()))
                    .content()
                    .doesNotContainPattern("flags:\\s+0?[0-7]?2[0-7]{6}\n");

            fd.setCloseOnExec(true);

            assertThat(fd.isCloseOnExec()).isTrue();
        }
    }

    @Test
    void closeOnExecIsOfOneDescriptorAndNotOfItsFile() throws IOException {
        try (Fd fd = Fd.open(Path.of("/dev/null"));
                Fd other = fd.dup()) {
            fd.setCloseOnExec(false);

            assertThat(other.isCloseOnExec()).isTrue();
        }
    }

    @Test
    void aClosedDescriptorIsNeitherCloseOnExecNorNot() throws IOException {
        Fd fd = Fd.open(Path.of("/dev/null"));
        fd.close();

        assertThatThrownBy(fd::isCloseOnExec).isInstanceOf(ClosedFdException.class);
        assertThatThrownBy(() -> fd.setCloseOnExec(true)).isInstanceOf(ClosedFdException.class);
    }

    @Test
    void aDuplicateSharesTheOffset() throws IOException {
        Path path = Files.writeString(directory.resolve("x"), "ab");

        try (Fd fd = Fd.open(path);
                InputStream first = fd.dup().newInputStream();
                InputStream second = Fd.duplicate(fd.intValue()).newInputStream()) {
            assertThat(first.read()).isEqualTo('a');
            assertThat(second.read()).isEqualTo('b');
        }
    }

    @Test
    void aNumberThatIsNotOpenCannotBeDuplicated() {
        assertThatThrownBy(() -> Fd.duplicate(1_000_000))
                .isInstanceOf(FdStoreException.class)
                .hasMessageContaining("fd 1000000: not an open descriptor");
    }

    @Test
    void aNegativeNumberIsNotAdopted() {
        assertThatThrownBy(() -> Fd.adopt(-1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void closeClosesTheNumber() throws IOException {
        Fd fd = Fd.open(Path.of("/dev/null"));
        int number = fd.intValue();

        fd.close();

        assertThat(fd.isOpen()).isFalse();
        assertThatThrownBy(() -> Fd.duplicate(number)).hasMessageContaining("EBADF");
    }

    @Test
    void whatIsDetachedStaysOpen() throws IOException {
        Fd fd = Fd.open(Path.of("/dev/null"));

        int number = fd.detach();

        assertThat(fd.isOpen()).isFalse();
        Fd.adopt(number).close();
    }

    @Test
    void aDetachedDescriptorIsNotDetachedAgain() throws IOException {
        Fd fd = Fd.open(Path.of("/dev/null"));
        Fd.adopt(fd.detach()).close();

        assertThatThrownBy(fd::detach).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aDescriptorInUseIsNotDetached() throws IOException {
        try (Fd fd = Fd.open(Path.of("/dev/null"))) {
            assertThatThrownBy(() -> fd.use(number -> fd.detach()))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("in use");
        }
    }

    @Test
    void aClosedDescriptorIsNotUsed() throws IOException {
        Fd fd = Fd.open(Path.of("/dev/null"));
        fd.close();

        assertThatThrownBy(() -> fd.use(number -> number)).isInstanceOf(ClosedChannelException.class);
        assertThatThrownBy(() -> fd.read(ByteBuffer.allocateDirect(1))).isInstanceOf(ClosedFdException.class);
        assertThatThrownBy(fd::intValue).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aUseGoesOnWithTheSameFileWhenAnotherThreadCloses() throws Exception {
        Path path = Files.createFile(directory.resolve("x"));
        Fd fd = Fd.open(path);
        CountDownLatch inUse = new CountDownLatch(1);
        CountDownLatch closed = new CountDownLatch(1);
        ExecutorService thread = Executors.newSingleThreadExecutor();
        try {
            Future<Path> used = thread.submit(() -> fd.use(number -> {
                inUse.countDown();
                awaitUninterrupted(closed);
                return Files.readSymbolicLink(Path.of("/proc/self/fd/" + number));
            }));
            inUse.await();
            fd.close();
            closed.countDown();

            assertThat(used.get()).isEqualTo(path);
        } finally {
            thread.shutdownNow();
        }
    }

    private static void awaitUninterrupted(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void readMovesThePositionByWhatItRead() throws IOException {
        try (Pipe pipe = Pipe.open()) {
            pipe.writer().write(direct("hello"));
            ByteBuffer buffer = ByteBuffer.allocateDirect(8).position(2);

            assertThat(pipe.reader().read(buffer)).isEqualTo(5);

            assertThat(UTF_8.decode(buffer.flip().position(2)).toString()).isEqualTo("hello");
        }
    }

    @Test
    void readKeepsToTheLimit() throws IOException {
        try (Pipe pipe = Pipe.open()) {
            pipe.writer().write(direct("hello"));
            ByteBuffer buffer = ByteBuffer.allocateDirect(8).limit(2);

            assertThat(pipe.reader().read(buffer)).isEqualTo(2);
        }
    }

    @Test
    void aSliceIsReadIntoWhereItLies() throws IOException {
        try (Pipe pipe = Pipe.open()) {
            pipe.writer().write(direct("x"));
            ByteBuffer buffer = ByteBuffer.allocateDirect(8);

            pipe.reader().read(buffer.slice(3, 2));

            assertThat(buffer.get(3)).isEqualTo((byte) 'x');
        }
    }

    @Test
    void readTellsTheEndOfFile() throws IOException {
        try (Pipe pipe = Pipe.open()) {
            pipe.writer().close();

            assertThat(pipe.reader().read(ByteBuffer.allocateDirect(1))).isEqualTo(-1);
        }
    }

    @Test
    void readOfANonBlockingFileWithNothingInItIsZero() throws IOException {
        try (Pipe pipe = Pipe.open(Linux.O_NONBLOCK)) {
            assertThat(pipe.reader().read(ByteBuffer.allocateDirect(1))).isZero();
        }
    }

    @Test
    void writeOfANonBlockingFileThatIsFullIsZero() throws IOException {
        try (Pipe pipe = Pipe.open(Linux.O_NONBLOCK)) {
            ByteBuffer block = ByteBuffer.allocateDirect(4096);
            while (pipe.writer().write(block.clear()) > 0) {
                assertThat(block.hasRemaining()).isFalse();
            }

            assertThat(block.position()).isZero();
        }
    }

    @Test
    void writeToAPipeThatNobodyReadsFails() throws IOException {
        try (Pipe pipe = Pipe.open()) {
            pipe.reader().close();

            assertThatThrownBy(() -> pipe.writer().write(direct("x"))).hasMessageContaining("EPIPE from write");
        }
    }

    @Test
    void aHeapBufferIsRefused() throws IOException {
        try (Fd fd = Fd.open(Path.of("/dev/null"))) {
            assertThatThrownBy(() -> fd.read(ByteBuffer.allocate(1))).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void aReadOnlyBufferIsNotReadInto() throws IOException {
        try (Fd fd = Fd.open(Path.of("/dev/null"))) {
            assertThatThrownBy(() -> fd.read(direct("x").asReadOnlyBuffer()))
                    .isInstanceOf(ReadOnlyBufferException.class);
        }
    }

    @Test
    void streamsCarryMoreThanAPipeHolds() throws Exception {
        byte[] bytes = new byte[300_000];
        new Random(1).nextBytes(bytes);
        ExecutorService thread = Executors.newSingleThreadExecutor();
        try (Pipe pipe = Pipe.open(Linux.O_NONBLOCK)) {
            Future<byte[]> received =
                    thread.submit(() -> pipe.reader().newInputStream().readAllBytes());
            try (OutputStream out = pipe.writer().newOutputStream()) {
                out.write(bytes);
            }
            assertThat(received.get()).isEqualTo(bytes);
        } finally {
            thread.shutdownNow();
        }
    }

    @Test
    void anInputStreamReadsNoMoreThanItIsAskedFor() throws IOException {
        try (Pipe pipe = Pipe.open()) {
            pipe.writer().write(direct("abc"));

            assertThat(pipe.reader().newInputStream().read()).isEqualTo('a');

            assertThat(pipe.reader().read(ByteBuffer.allocateDirect(8))).isEqualTo(2);
        }
    }

    @Test
    void closingAStreamClosesTheDescriptor() throws IOException {
        try (Pipe pipe = Pipe.open()) {
            pipe.reader().newInputStream().close();
            pipe.writer().newOutputStream().close();

            assertThat(pipe.reader().isOpen()).isFalse();
            assertThat(pipe.writer().isOpen()).isFalse();
        }
    }

    private static ByteBuffer direct(String text) {
        byte[] bytes = text.getBytes(UTF_8);
        return ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
    }
}
