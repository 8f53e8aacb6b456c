// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.csi;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;

/**
 * The socket's name. The kubelet gives a plugin one second to answer once it sees its socket, and passes over names
 * that begin with a dot: so the socket has such a name until it answers fast.
 */
final class SocketFile {
    private final Path shown;

    SocketFile(Path shown) {
        this.shown = requireNonNull(shown, "shown is null");
    }

    /** Where to bind. Nothing is there: what an earlier life has left is removed. */
    Path hidden() throws IOException {
        Path hidden = shown.resolveSibling("." + shown.getFileName());
        Files.deleteIfExists(hidden);
        return hidden;
    }

    /** Gives the socket its name, in place of another one that may have it. */
    Shown show(Path hidden) throws IOException {
        Object key = key(hidden);
        Files.move(hidden, shown, StandardCopyOption.ATOMIC_MOVE);
        return new Shown(shown, key);
    }

    private static Object key(Path file) throws IOException {
        return requireNonNull(
                Files.readAttributes(file, BasicFileAttributes.class).fileKey(), "a file has no number");
    }

    /** A socket that has its name. */
    record Shown(Path file, Object key) {
        /** Removes the name, unless a later driver has it. */
        void remove() throws IOException {
            try {
                if (Objects.equals(key, SocketFile.key(file))) {
                    Files.deleteIfExists(file);
                }
            } catch (NoSuchFileException e) {
                // so be it
            }
        }
    }
}
