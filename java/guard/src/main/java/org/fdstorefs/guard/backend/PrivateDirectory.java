// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.guard.backend;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

/**
 * The empty directory that a server takes for its mount point. It is in {@code /run} if that may be written to,
 * and in the directory for temporary files otherwise, with the token in its name, so that it is found when
 * the guard that made it was killed.
 */
record PrivateDirectory(Path path) implements AutoCloseable {
    private static final Path RUN = Path.of("/run");
    private static final String PREFIX = "fdstorefs-guard.";

    private static Path parent() {
        return Files.isWritable(RUN) ? RUN : Path.of(System.getProperty("java.io.tmpdir"));
    }

    private static String prefix(Token token) {
        return PREFIX + token.value() + ".";
    }

    /** Makes one, which nobody else may enter. */
    static PrivateDirectory create(Token token) throws IOException {
        return new PrivateDirectory(
                Files.createTempDirectory(parent(), prefix(token)).toRealPath());
    }

    /** Removes those of earlier guards with the same token; one that cannot be removed stays. */
    static void removeAll(Token token) {
        Pattern name = Pattern.compile(Pattern.quote(prefix(token)) + "[0-9]+");
        DirectoryStream.Filter<Path> filter =
                path -> name.matcher(path.getFileName().toString()).matches();
        try (DirectoryStream<Path> directories = Files.newDirectoryStream(parent(), filter)) {
            for (Path directory : directories) {
                new PrivateDirectory(directory).close();
            }
        } catch (IOException e) {
            Log.error("directories of former servers may be left", e);
        }
    }

    @Override
    public void close() throws IOException {
        Files.deleteIfExists(path);
    }
}
