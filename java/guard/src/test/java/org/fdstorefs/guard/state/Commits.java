// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.guard.state;

import java.io.IOException;
import org.fdstorefs.fuse.state.SharedMemory;

/** Lets tests of other packages see when a record of the log is about to count. */
public final class Commits {
    private Commits() {}

    public static void see(GuardState state, Runnable watcher) {
        state.beforeCommit(watcher);
    }

    /** Gives its memory back now, not when the garbage collector unmaps it. */
    public static void discard(GuardState state) throws IOException {
        try (SharedMemory memory = SharedMemory.adopt(state.fd().dup())) {
            memory.discard(0, memory.size());
        }
    }
}
