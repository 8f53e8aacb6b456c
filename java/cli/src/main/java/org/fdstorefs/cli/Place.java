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

    static Place open(Fdstore fdstore, String path) throws IOException {
        int slash = path.lastIndexOf('/');
        String name = path.substring(slash + 1);
        if (path.startsWith("/")) {
            return new Place(Fdstore.open(path.substring(0, Math.max(slash, 1))), name);
        }
        FdStore store = fdstore.open();
        for (String directory :
                slash < 0 ? new String[0] : path.substring(0, slash).split("/")) {
            try (FdStore parent = store) {
                store = parent.child(directory);
            }
        }
        return new Place(store, name);
    }

    @Override
    public void close() throws IOException {
        store.close();
    }
}
