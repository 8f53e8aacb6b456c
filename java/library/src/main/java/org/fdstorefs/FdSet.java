// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Descriptors that belong together, by name: what {@link FdStore#getAll} gives. Closing the set closes
 * those that were not removed from it. Not thread-safe.
 *
 * <pre>{@code
 * try (FdStore store = FdStore.open(Path.of("/run/fdstore"));
 *         FdSet session = store.getAll("session");
 *         Fd connection = session.remove("connection")) { // ours; the others stay the set's
 *     System.out.println(connection + ", " + session.get("state"));
 * }
 * }</pre>
 */
public final class FdSet implements AutoCloseable {
    private final String directory;
    private final TreeMap<String, Fd> files = new TreeMap<>();

    /** An empty set; the directory is for messages. */
    FdSet(String directory) {
        this.directory = directory;
    }

    void add(String name, Fd file) {
        files.put(name, file);
    }

    /** The names of those that are in the set, sorted. */
    public List<String> names() {
        return List.copyOf(files.keySet());
    }

    /** How many are in the set. */
    public int size() {
        return files.size();
    }

    /**
     * The descriptor of that name. The set keeps it, and closes it.
     *
     * @throws NoSuchFileException if there is none, or if it was removed from the set
     */
    public Fd get(String name) throws NoSuchFileException {
        return present(name, files.get(name));
    }

    /**
     * Removes the descriptor of that name from the set.
     *
     * @return a descriptor to be closed by the caller
     * @throws NoSuchFileException if there is none, or if it was removed before
     */
    public Fd remove(String name) throws NoSuchFileException {
        return present(name, files.remove(name));
    }

    private Fd present(String name, @Nullable Fd file) throws NoSuchFileException {
        if (file == null) {
            throw new NoSuchFileException(directory + "/" + name, null, "not in this set, which has " + names());
        }
        return file;
    }

    /** Closes all that are in the set, and leaves it empty. Later calls do nothing. */
    @Override
    public void close() throws IOException {
        IOException failure = null;
        for (Map.Entry<String, Fd> next; (next = files.pollFirstEntry()) != null; ) {
            try {
                next.getValue().close();
            } catch (IOException e) {
                if (failure == null) {
                    failure = e;
                } else {
                    failure.addSuppressed(e);
                }
            }
        }
        if (failure != null) {
            throw failure;
        }
    }

    @Override
    public String toString() {
        return directory + " " + files;
    }
}
