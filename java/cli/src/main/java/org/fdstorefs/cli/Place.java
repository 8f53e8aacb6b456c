// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.cli;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import org.fdstorefs.FdStore;

/**
 * Where an entry is, or shall be: {@code NAME} in the store, {@code DIR/NAME} in a directory of it, or {@code
 * /DIR/NAME} wherever a store is mounted.
 *
 * @param store the directory, which is closed with this
 * @param name the name in it
 */
record Place(FdStore store, String name) implements AutoCloseable {

    Place {
        requireNonNull(store, "store is null");
        requireNonNull(name, "name is null");
    }

    /** The place of that path, whose directories must exist. */
    static Place open(Fdstore fdstore, String path) throws IOException {
        return new Place(Tree.open(fdstore, parent(path)), name(path));
    }

    /** The place of that path; makes missing directories. */
    static Place make(Fdstore fdstore, String path) throws IOException {
        return new Place(Tree.make(fdstore, parent(path)), name(path));
    }

    /** The directory of that path; to be closed by the caller. */
    static FdStore directory(Fdstore fdstore, String path) throws IOException {
        return Tree.open(fdstore, path.equals("/") ? path : path.replaceFirst("/+$", ""));
    }

    private static String parent(String path) {
        int slash = path.lastIndexOf('/');
        return path.substring(0, slash == 0 ? 1 : Math.max(slash, 0));
    }

    private static String name(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    @Override
    public void close() throws IOException {
        store.close();
    }
}
