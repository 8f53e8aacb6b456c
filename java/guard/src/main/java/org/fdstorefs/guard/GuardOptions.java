// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.guard;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.Optional;
import org.fdstorefs.fuse.state.StateMemory;
import org.fdstorefs.guard.backend.Way;

/**
 * How a {@link Guard} works.
 *
 * @param workers how many requests are worked on at once, 1 to 64
 * @param standby whether to do nothing if there is no session to take over
 * @param maxReplays at how many deaths of servers a request is answered with EIO
 * @param way how the server gets the socket; empty for what is known of it
 * @param writeLog whether data are kept until the server has written them; empty for what is known of it
 * @param patience how long a request waits for a server at most; empty for as long as it takes
 * @param hang how long a server may work on one request, before it is killed; empty for as long as it takes
 * @param defaultPermissions whether the kernel checks the mode bits of files
 */
public record GuardOptions(
        int workers,
        boolean standby,
        int maxReplays,
        Optional<Way> way,
        Optional<Boolean> writeLog,
        Optional<Duration> patience,
        Optional<Duration> hang,
        boolean defaultPermissions) {
    private static final int WORKERS = 16;
    private static final int REPLAYS = 16;

    public GuardOptions {
        if (workers < 1 || workers > StateMemory.MAX_SLOTS) {
            throw new IllegalArgumentException("workers is " + workers + ", not 1 to " + StateMemory.MAX_SLOTS);
        }
        if (maxReplays < 1) {
            throw new IllegalArgumentException("maxReplays is " + maxReplays + ", less than 1");
        }
        requireNonNull(way, "way is null");
        requireNonNull(writeLog, "writeLog is null");
        requireNonNull(patience, "patience is null");
        requireNonNull(hang, "hang is null");
    }

    /** What suits most. */
    public static GuardOptions defaults() {
        return new GuardOptions(
                WORKERS, false, REPLAYS, Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), true);
    }
}
