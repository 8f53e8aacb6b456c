// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.cli;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import org.fdstorefs.FdStore;

/** Directories in a store: {@code DIR/DIR} in the one that is set, or {@code /DIR/DIR} wherever one is mounted. */
final class Tree {
    private Tree() {}

    /** What to do about a missing directory. */
    private interface Step {
        FdStore enter(FdStore parent, String name) throws IOException;
    }

    /** Opens a directory; the empty path is that of the store. */
    static FdStore open(Fdstore fdstore, String path) throws IOException {
        return path.startsWith("/") ? Fdstore.open(path) : walk(fdstore.open(), path, FdStore::child);
    }

    /** As above, but makes it, and those above it, if they are missing. */
    static FdStore make(Fdstore fdstore, String path) throws IOException {
        return path.startsWith("/") ? makeAbsolute(path) : walk(fdstore.open(), path, Tree::enter);
    }

    private static FdStore makeAbsolute(String path) throws IOException {
        try {
            return Fdstore.open(path);
        } catch (NoStoreException e) {
            int slash = path.lastIndexOf('/');
            if (slash <= 0 || !(e.getCause() instanceof NoSuchFileException)) {
                throw e; // at the top, and no store was found
            }
            try (FdStore parent = makeAbsolute(path.substring(0, slash))) {
                return slash == path.length() - 1 ? Fdstore.open(path) : enter(parent, path.substring(slash + 1));
            }
        }
    }

    private static FdStore walk(FdStore store, String path, Step step) throws IOException {
        FdStore at = store;
        for (String directory : path.isEmpty() ? new String[0] : path.split("/")) {
            try (FdStore parent = at) {
                at = step.enter(parent, directory);
            }
        }
        return at;
    }

    private static FdStore enter(FdStore parent, String name) throws IOException {
        try {
            return parent.child(name);
        } catch (NoSuchFileException e) {
            try {
                return parent.createChild(name);
            } catch (FileAlreadyExistsException made) {
                return parent.child(name); // by somebody else, just now
            }
        }
    }
}
