// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.soak;

import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Files that stay open all the time, while one server after the other dies. */
final class HeldFiles {
    private static final int FILES = 4;
    private static final int SIZE = 64 * 1024;

    private final Path directory;
    private final Operations operations;
    private final Random random;
    private final List<Held> files = new ArrayList<>();

    /** An open file, and what must be in it. */
    private record Held(Path path, FileChannel channel, byte[] data) {}

    HeldFiles(Path directory, Operations operations, Random random) {
        this.directory = requireNonNull(directory, "directory is null");
        this.operations = requireNonNull(operations, "operations is null");
        this.random = requireNonNull(random, "random is null");
    }

    /** Every other one has no name any more. */
    void open() throws InterruptedException {
        operations.attempt("mkdir", () -> Files.createDirectory(directory));
        for (int i = 0; i < FILES; i++) {
            Path path = directory.resolve("held-" + i);
            boolean unlinked = i % 2 == 1;
            operations.attempt("open a file to be held", () -> {
                FileChannel channel = FileChannel.open(path, READ, WRITE, CREATE_NEW);
                files.add(new Held(path, channel, new byte[SIZE]));
                channel.write(ByteBuffer.allocate(SIZE), 0);
                if (unlinked) {
                    Files.delete(path);
                }
            });
        }
    }

    /** Changes a piece of each, and reads a piece of each. */
    void round() throws InterruptedException {
        for (Held file : files) {
            operations.attempt("write to a held file", () -> write(file));
            operations.attempt("read from a held file", () -> read(file));
        }
    }

    void close() throws InterruptedException {
        for (Held file : files) {
            operations.attempt("close a held file", () -> {
                file.channel().close();
                Files.deleteIfExists(file.path());
            });
        }
        operations.attempt("rmdir", () -> Files.delete(directory));
    }

    private void write(Held file) throws IOException {
        int from = random.nextInt(SIZE);
        byte[] piece = new byte[1 + random.nextInt(SIZE - from)];
        random.nextBytes(piece);
        ByteBuffer buffer = ByteBuffer.wrap(piece);
        while (buffer.hasRemaining()) {
            file.channel().write(buffer, from + buffer.position());
        }
        System.arraycopy(piece, 0, file.data(), from, piece.length);
    }

    private void read(Held file) throws IOException {
        int from = random.nextInt(SIZE);
        ByteBuffer found = ByteBuffer.allocate(1 + random.nextInt(SIZE - from));
        int length = found.capacity();
        while (found.hasRemaining() && file.channel().read(found, from + found.position()) > 0) {}
        operations.compare(
                file.path(),
                Arrays.copyOfRange(file.data(), from, from + length),
                Arrays.copyOf(found.array(), found.position()));
    }
}
