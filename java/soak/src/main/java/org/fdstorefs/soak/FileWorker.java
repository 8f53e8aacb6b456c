// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.soak;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/**
 * Does to a directory what programs do: makes, writes, reads back, renames, links, lists, removes;
 * and compares every byte and every name with what it must be.
 */
final class FileWorker implements Workload {
    private static final int LARGEST_FILE = 50_000;
    private static final long LATEST_TIME = 2_000_000_000;

    private final Path home;
    private final Tally tally = new Tally();
    private final Operations operations;
    private final Random random;
    private final boolean linksCounted;
    private volatile boolean stopped;

    /** {@code linksCounted}: whether the file system says how many links a file has. */
    FileWorker(Path home, Gate gate, long seed, boolean linksCounted) {
        this.home = requireNonNull(home, "home is null");
        this.operations = new Operations(gate, tally);
        this.random = new Random(seed);
        this.linksCounted = linksCounted;
    }

    @Override
    public String name() {
        return "files";
    }

    @Override
    public Tally tally() {
        return tally;
    }

    /** Does one round. */
    void rehearse() {
        stop();
        run();
    }

    @Override
    public void stop() {
        stopped = true;
    }

    @Override
    public void run() {
        try {
            operations.attempt("mkdir", () -> Files.createDirectory(home));
            HeldFiles held = new HeldFiles(home.resolve("held"), operations, random);
            held.open();
            Trees trees = new Trees(home, operations, random);
            do {
                round();
                held.round();
                trees.round();
                tally.roundDone();
            } while (!stopped);
            held.close();
            operations.attempt("rmdir", () -> Files.delete(home));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void round() throws InterruptedException {
        Path file = home.resolve("file");
        Path other = home.resolve("other");
        byte[] data = randomBytes();
        operations.attempt("create", () -> Files.write(file, data, CREATE_NEW, WRITE));
        operations.attempt("read", () -> operations.compare(file, data, Files.readAllBytes(file)));
        operations.attempt("rename", () -> Files.move(file, other));
        operations.attempt("link", () -> Files.createLink(file, other));
        if (linksCounted) {
            operations.attempt("count links", () -> operations.expect(file, 2, Files.getAttribute(file, "unix:nlink")));
        }
        operations.attempt("unlink", () -> Files.delete(other));
        replace(file, other, data);
        operations.attempt("symlink", () -> Files.createSymbolicLink(other, Path.of("file")));
        operations.attempt("list", () -> operations.expectNames(home, List.of("file", "held", "other")));
        operations.attempt("readlink", () -> operations.expect(other, Path.of("file"), Files.readSymbolicLink(other)));
        operations.attempt(
                "read through the symlink", () -> operations.compare(other, data, Files.readAllBytes(other)));
        operations.attempt("unlink a symlink", () -> Files.delete(other));
        changeAttributes(file);
        byte[] truncated = truncate(file, data);
        operations.attempt("use an unlinked file", () -> useUnlinked(file, truncated));
        operations.attempt("list", () -> operations.expectNames(home, List.of("held")));
    }

    /** A rename over an existing file. */
    private void replace(Path file, Path other, byte[] data) throws InterruptedException {
        byte[] old = randomBytes();
        operations.attempt("create", () -> Files.write(other, old, CREATE_NEW, WRITE));
        operations.attempt("rename over a file", () -> Files.move(file, other, ATOMIC_MOVE, REPLACE_EXISTING));
        operations.attempt("read what replaced", () -> operations.compare(other, data, Files.readAllBytes(other)));
        operations.attempt("rename back", () -> Files.move(other, file));
    }

    private void changeAttributes(Path file) throws InterruptedException {
        Set<PosixFilePermission> mode = EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);
        PosixFilePermissions.fromString("---rwxrwx").stream()
                .filter(permission -> random.nextBoolean())
                .forEach(mode::add);
        FileTime time = FileTime.fromMillis(random.nextLong(LATEST_TIME) * 1000);
        operations.attempt("chmod", () -> Files.setPosixFilePermissions(file, mode));
        operations.attempt("utimes", () -> Files.setLastModifiedTime(file, time));
        operations.attempt("stat", () -> operations.expect(file, mode, Files.getPosixFilePermissions(file)));
        operations.attempt("stat", () -> operations.expect(file, time, Files.getLastModifiedTime(file)));
    }

    private byte[] truncate(Path file, byte[] data) throws InterruptedException {
        byte[] shorter = Arrays.copyOf(data, random.nextInt(data.length + 1));
        operations.attempt("truncate", () -> {
            try (FileChannel channel = FileChannel.open(file, WRITE)) {
                channel.truncate(shorter.length);
            }
        });
        operations.attempt(
                "read what was truncated", () -> operations.compare(file, shorter, Files.readAllBytes(file)));
        return shorter;
    }

    private void useUnlinked(Path file, byte[] data) throws IOException {
        try (FileChannel channel = FileChannel.open(file, READ, WRITE)) {
            Files.delete(file);
            ByteBuffer found = ByteBuffer.allocate(data.length + 1);
            while (channel.read(found) > 0) {}
            operations.compare(file, data, Arrays.copyOf(found.array(), found.position()));
            channel.write(ByteBuffer.wrap(data), data.length);
            operations.expect(file, 2L * data.length, channel.size());
        }
    }

    private byte[] randomBytes() {
        byte[] data = new byte[1 + random.nextInt(LARGEST_FILE)];
        random.nextBytes(data);
        return data;
    }
}
