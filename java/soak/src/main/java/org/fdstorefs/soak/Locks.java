// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.soak;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Who holds a flock(2) on an entry of a store, and who waits for one, as {@code /proc/locks} shows.
 * A store in which servers keep one session has no other lock than their lease.
 */
final class Locks {
    private static final Path TABLE = Path.of("/proc/locks");
    private static final String WAITING = "->";

    private final String device;

    private Locks(String device) {
        this.device = requireNonNull(device, "device is null");
    }

    static Locks of(Path store) throws IOException {
        long device = (Long) Files.getAttribute(store, "unix:dev");
        long major = (device >> 8 & 0xfff) | (device >> 32 & ~0xfffL);
        long minor = (device & 0xff) | (device >> 12 & ~0xffL);
        return new Locks("%02x:%02x:".formatted(major, minor));
    }

    /** The process that holds one. */
    Optional<Long> holder() throws IOException {
        return pids(false).findFirst();
    }

    /** The processes that wait for it. */
    List<Long> waiters() throws IOException {
        return pids(true).toList();
    }

    // 1: FLOCK  ADVISORY  WRITE 708 00:2d:3 0 EOF
    // 1: -> FLOCK  ADVISORY  WRITE 712 00:2d:3 0 EOF
    private Stream<Long> pids(boolean waiting) throws IOException {
        return Files.readAllLines(TABLE).stream()
                .map(line -> List.of(line.trim().split("\\s+")))
                .filter(words -> words.get(1).equals(WAITING) == waiting)
                .map(words -> words.subList(waiting ? 2 : 1, words.size()))
                .filter(words -> words.get(0).equals("FLOCK") && words.get(4).startsWith(device))
                .map(words -> Long.valueOf(words.get(3)));
    }
}
