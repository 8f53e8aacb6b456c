// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs;

import static java.util.Objects.requireNonNull;

import java.util.Map;
import java.util.Optional;

/**
 * An entry as it was when it was looked at.
 *
 * <pre>{@code
 * try (FdStore store = FdStore.open(Path.of("/run/fdstore"))) {
 *     for (FdEntry entry : store.list()) {
 *         System.out.println(entry.name() + " " + entry.stored().map(StoredFile::type).orElse("-"));
 *     }
 * }
 * }</pre>
 *
 * @param name its name in its directory
 * @param state whether it holds something
 * @param stored what it holds, if it is filled
 * @param attributes all that the kernel said, by key and in its order; with what a later kernel
 *     adds
 */
public record FdEntry(String name, State state, Optional<StoredFile> stored, Map<String, String> attributes) {

    public FdEntry {
        requireNonNull(name, "name is null");
        requireNonNull(state, "state is null");
        requireNonNull(stored, "stored is null");
        requireNonNull(attributes, "attributes is null");
    }

    /** Whether an entry holds something. */
    public enum State {
        EMPTY,
        FILLED,
        /** The caller may not read the entry. */
        UNREADABLE
    }

    static FdEntry unreadable(String name) {
        return new FdEntry(name, State.UNREADABLE, Optional.empty(), Map.of());
    }
}
