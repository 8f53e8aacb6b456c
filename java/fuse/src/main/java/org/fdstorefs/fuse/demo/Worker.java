// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.fuse.demo;

import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/**
 * Does to a directory what programs do: makes, writes, reads back, renames, links, lists, removes;
 * and compares every byte and every name with what it must be.
 */
final class Worker implements Runnable {
    private static final int LARGEST_FILE = 50_000;

    private final Path home;
    private final Gate gate;
    private final Score score;
    private final Random random;
    private volatile boolean stopped;

    Worker(Path home, Gate gate, Score score, long seed) {
        this.home = requireNonNull(home, "home is null");
        this.gate = requireNonNull(gate, "gate is null");
        this.score = requireNonNull(score, "score is null");
        this.random = new Random(seed);
    }

    /** Ends the work after the present round. */
    void stop() {
        stopped = true;
    }

    @Override
    public void run() {
        try {
            attempt("mkdir", () -> Files.createDirectory(home));
            while (!stopped) {
                round();
            }
            attempt("rmdir", () -> Files.delete(home));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void round() throws InterruptedException {
        Path file = home.resolve("file");
        Path other = home.resolve("other");
        Path directory = home.resolve("directory");
        byte[] data = new byte[1 + random.nextInt(LARGEST_FILE)];
        random.nextBytes(data);
        attempt("create", () -> Files.write(file, data, CREATE_NEW, WRITE));
        attempt("read", () -> compare(data, Files.readAllBytes(file)));
        attempt("rename", () -> Files.move(file, other));
        attempt("link", () -> Files.createLink(file, other));
        attempt("unlink", () -> Files.delete(other));
        attempt("symlink", () -> Files.createSymbolicLink(other, Path.of("file")));
        attempt("mkdir", () -> Files.createDirectory(directory));
        attempt("list", () -> expectNames("directory", "file", "other"));
        attempt("read through the symlink", () -> compare(data, Files.readAllBytes(other)));
        attempt("unlink", () -> Files.delete(other));
        attempt("rmdir", () -> Files.delete(directory));
        attempt("use an unlinked file", () -> useUnlinked(file, data));
        attempt("list", this::expectNames);
    }

    private void useUnlinked(Path file, byte[] data) throws IOException {
        try (FileChannel channel = FileChannel.open(file, READ, WRITE)) {
            Files.delete(file);
            byte[] found = new byte[data.length];
            channel.read(ByteBuffer.wrap(found));
            compare(data, found);
        }
    }

    private void compare(byte[] expected, byte[] found) {
        long differing = Math.abs(expected.length - found.length);
        for (int i = 0; i < Math.min(expected.length, found.length); i++) {
            if (expected[i] != found[i]) {
                differing++;
            }
        }
        score.differing(differing);
    }

    private void expectNames(String... expected) throws IOException {
        try (Stream<Path> paths = Files.list(home)) {
            List<String> found = paths.map(path -> path.getFileName().toString()).sorted().toList();
            if (!found.equals(List.of(expected))) {
                throw new IOException("found " + found + " instead of " + List.of(expected));
            }
        }
    }

    private interface Operation {
        void run() throws IOException;
    }

    private void attempt(String what, Operation operation) throws InterruptedException {
        gate.pass();
        long begin = System.nanoTime();
        try {
            operation.run();
            score.done(Duration.ofNanos(System.nanoTime() - begin));
        } catch (IOException | RuntimeException e) {
            score.failed(what, e);
        }
    }
}
