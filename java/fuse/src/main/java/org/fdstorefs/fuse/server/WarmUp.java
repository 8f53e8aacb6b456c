// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.fuse.server;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.stream.Stream;
import org.fdstorefs.Fd;
import org.fdstorefs.fuse.FuseFileSystem;
import org.fdstorefs.internal.Threads;
import org.jspecify.annotations.Nullable;

/**
 * Serves a scratch file system that is mounted where nobody sees it, and uses it, to load the
 * classes and compile the code.
 */
final class WarmUp {
    private static final int WORKERS = 2;
    private static final int ROUNDS = 3;

    private final FuseFileSystem scratch;
    private @Nullable IOException failure;

    WarmUp(FuseFileSystem scratch) {
        this.scratch = requireNonNull(scratch, "scratch is null");
    }

    void run() throws IOException {
        try (FuseSession session = FuseSession.create("warm-up", scratch.identity(), scratch, WORKERS)) {
            Thread server = new Thread(() -> serve(session), "fuse-warm-up");
            server.start();
            try {
                for (int round = 0; round < ROUNDS; round++) {
                    use(session.detachedRoot());
                }
            } finally {
                session.abandonMount(); // upon which the server ends
                Threads.join(server);
            }
            takeOver(session);
        }
        if (failure != null) {
            throw failure;
        }
    }

    private void serve(FuseSession session) {
        try {
            session.serve(WORKERS);
        } catch (IOException e) {
            failure = e;
        }
    }

    /** As far as possible: there is nothing to answer. */
    private void takeOver(FuseSession earlier) throws IOException {
        try (Fd connection = earlier.connection().dup();
                Fd state = earlier.state().dup();
                FuseSession session = FuseSession.resume(connection, state, scratch.identity(), scratch)) {
            session.isConnected();
            session.replay(1);
        }
        scratch.end();
    }

    private static void use(Path root) throws IOException {
        Path directory = Files.createDirectory(root.resolve("d"));
        Path file = directory.resolve("f");
        Path other = directory.resolve("g");
        Path link = directory.resolve("s");
        Files.writeString(file, "text");
        Files.readString(file);
        Files.writeString(file, "shorter");
        Files.exists(directory.resolve("absent"));
        Files.createLink(other, file);
        Files.delete(file);
        Files.createFile(file);
        Files.move(other, file, StandardCopyOption.REPLACE_EXISTING);
        Files.move(file, other);
        Files.createSymbolicLink(link, Path.of("g"));
        Files.readSymbolicLink(link);
        try (Stream<Path> names = Files.list(directory)) {
            names.forEach(Files::isDirectory);
        }
        root.toFile().getUsableSpace();
        Files.delete(link);
        Files.delete(other);
        Files.delete(directory);
    }
}
