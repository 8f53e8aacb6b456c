// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.csi;

import static java.util.Objects.requireNonNull;

import io.grpc.StatusException;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.Optional;

/** Where volumes may be: only below the kubelet's directory. */
final class Places {
    private final Path kubelet;

    /** {@code kubelet}: a directory. */
    Places(Path kubelet) {
        this.kubelet = requireNonNull(kubelet, "kubelet is null");
    }

    /**
     * The place that a request names, as the table of mounts has it; empty if there cannot be anything.
     *
     * @throws StatusException if it may not be used
     */
    Optional<Path> of(String field, String text) throws StatusException, IOException {
        if (text.isEmpty()) {
            throw Refusal.invalid(field + " is missing");
        }
        Path path;
        try {
            path = Path.of(text);
        } catch (InvalidPathException e) {
            throw Refusal.invalid(field + ": " + e.getMessage());
        }
        if (!path.isAbsolute() || !path.normalize().equals(path)) {
            throw Refusal.invalid(field + ": give an absolute path without . and ..: " + text);
        }
        Path parent = path.getParent();
        if (parent == null || !path.startsWith(kubelet)) {
            throw Refusal.invalid(field + " is not below " + kubelet + " (--kubelet-dir): " + text);
        }
        Path real;
        try {
            real = parent.toRealPath();
        } catch (NoSuchFileException | NotDirectoryException e) {
            return Optional.empty();
        }
        if (!real.startsWith(kubelet.toRealPath())) {
            throw Refusal.invalid(field + " leads out of " + kubelet + ", to " + real + ": " + text);
        }
        return Optional.of(real.resolve(path.getFileName()));
    }
}
