// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.soak;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Asks for a name that nobody has asked for before, so that no cache of the kernel has the answer.
 * Thread-safe.
 */
final class Prober {
    private final Path mount;
    private final Tally tally;
    private final AtomicLong next = new AtomicLong();

    Prober(Path mount, Tally tally) {
        this.mount = requireNonNull(mount, "mount is null");
        this.tally = requireNonNull(tally, "tally is null");
    }

    /** Asks, and returns how long that took. */
    Duration ask() {
        Path name = mount.resolve("nobody-has-this-name-" + next.incrementAndGet());
        long begin = System.nanoTime();
        try {
            Files.getLastModifiedTime(name);
            tally.failed(name + " exists");
        } catch (NoSuchFileException e) {
            tally.done(Duration.ofNanos(System.nanoTime() - begin));
        } catch (IOException e) {
            tally.failed("probe: " + e);
        }
        return Duration.ofNanos(System.nanoTime() - begin);
    }
}
