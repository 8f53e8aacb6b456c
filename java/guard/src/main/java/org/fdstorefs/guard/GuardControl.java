// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.guard;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.fdstorefs.Fd;
import org.fdstorefs.FdStore;
import org.fdstorefs.fuse.state.StateHead;
import org.fdstorefs.guard.backend.Remains;
import org.fdstorefs.guard.state.StatusMemory;
import org.fdstorefs.guard.state.StatusMemory.Field;

/** Looks at a guard, and tells it what to do, by its store: whoever may get the store's entries may do so. */
public final class GuardControl {
    private static final Duration GRACE = Duration.ofSeconds(10);

    private GuardControl() {}

    /**
     * What a guard does.
     *
     * @param session what it serves, and where
     * @param numbers by their names: process ids, starts of servers, nodes that the kernel knows, open files, bytes
     *     that are kept until a server has written them, pauses in milliseconds, open files that were lost, requests
     *     that failed because servers died at them
     */
    public record Status(String session, Map<String, Long> numbers) {
        public Status {
            requireNonNull(session, "session is null");
        }
    }

    /**
     * What the guard of this store does.
     *
     * @throws java.nio.file.NoSuchFileException if there is none
     */
    public static Status status(Path directory) throws IOException {
        try (FdStore store = FdStore.open(directory);
                FdStore session = store.child(GuardStore.SESSION);
                Fd state = session.get(GuardStore.STATE);
                StatusMemory memory = StatusMemory.adopt(store.get(GuardStore.STATUS))) {
            Map<String, Long> numbers = new LinkedHashMap<>();
            for (Field field : Field.values()) {
                numbers.put(field.name().toLowerCase(Locale.ROOT), memory.get(field));
            }
            return new Status(StateHead.identityOf(state).toString(), numbers);
        }
    }

    /**
     * Has the server end, upon which the guard starts another one: a new version, if there is one by now. It gets
     * ten seconds to end in good order.
     *
     * @throws java.nio.file.NoSuchFileException if there is none
     */
    public static void restart(Path directory) throws IOException {
        try (FdStore store = FdStore.open(directory);
                Fd server = store.get(GuardStore.BACKEND)) {
            Remains.terminate(server, GRACE);
        }
    }

    /**
     * Has the guard answer EIO to all requests that wait for a server, and start none any more.
     *
     * @throws java.nio.file.NoSuchFileException if there is none
     */
    public static void giveUp(Path directory) throws IOException {
        try (FdStore store = FdStore.open(directory);
                StatusMemory memory = StatusMemory.adopt(store.get(GuardStore.STATUS))) {
            memory.set(Field.GIVE_UP, 1);
        }
    }
}
