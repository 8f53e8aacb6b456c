// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.csi;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;

/**
 * The socket's name. The kubelet gives a plugin one second to answer once it sees its socket, and passes over names
 * that begin with a dot: so the socket has such a name until it answers fast.
 */
final class SocketFile {
    private final Path shown;
    private final Path hidden;
    private boolean ended;
    /** What the socket is known by that got its name from here. */
    private Optional<Object> own = Optional.empty();

    SocketFile(Path shown) {
        this.shown = requireNonNull(shown, "shown is null");
        this.hidden = shown.resolveSibling("." + shown.getFileName());
    }

    /** Where to bind. */
    Path hidden() {
        return hidden;
    }

    /**
     * Removes what an earlier life has left where to bind.
     *
     * @throws IOException if there can be no socket
     */
    void clear() throws IOException {
        Path directory = requireNonNull(hidden.toAbsolutePath().getParent(), "a socket is in a directory");
        if (!Files.isDirectory(directory)) {
            throw new IOException(directory
                    + " is not there: is --kubelet-dir the directory of the kubelet, and is that mounted here?");
        }
        Files.deleteIfExists(hidden);
    }

    /**
     * Gives the socket its name, in place of another one that may have it.
     *
     * @throws IOException also if it has ended
     */
    synchronized void show() throws IOException {
        if (ended) {
            throw new IOException("told to end");
        }
        Object key = key(hidden);
        Files.move(hidden, shown, StandardCopyOption.ATOMIC_MOVE);
        own = Optional.of(key);
    }

    /** Removes the names, unless a later driver has them. There will be none, whoever is about to give one. */
    synchronized void end() throws IOException {
        ended = true;
        if (own.isEmpty()) {
            Files.deleteIfExists(hidden);
            return;
        }
        try {
            if (own.get().equals(key(shown))) {
                Files.deleteIfExists(shown);
            }
        } catch (NoSuchFileException e) {
            // so be it
        }
    }

    private static Object key(Path file) throws IOException {
        return requireNonNull(
                Files.readAttributes(file, BasicFileAttributes.class).fileKey(), "a file has no number");
    }
}
