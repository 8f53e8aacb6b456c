// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.fuse.demo;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What the workers count. Thread-safe. */
final class Score {
    private static final int REPORTED_FAILURES = 10;

    private final List<String> failures = new ArrayList<>();
    private long operations;
    private long failed;
    private long differing;
    private Duration longest = Duration.ZERO;

    /** An operation that ended well after this time. */
    synchronized void done(Duration time) {
        operations++;
        if (time.compareTo(longest) > 0) {
            longest = time;
        }
        notifyAll();
    }

    /** An operation that did not. */
    synchronized void failed(String what, Exception why) {
        requireNonNull(what, "what is null");
        operations++;
        failed++;
        if (failures.size() < REPORTED_FAILURES) {
            failures.add(what + ": " + why);
        }
        notifyAll();
    }

    /** Bytes that were not what had been written. */
    synchronized void differing(long bytes) {
        differing += bytes;
    }

    /** Waits until there are so many more operations, or the time is over. */
    synchronized boolean await(long more, Duration limit) throws InterruptedException {
        long target = operations + more;
        long deadline = System.nanoTime() + limit.toNanos();
        while (operations < target) {
            long left = deadline - System.nanoTime();
            if (left <= 0) {
                return false;
            }
            wait(left / 1_000_000 + 1);
        }
        return true;
    }

    synchronized boolean isClean() {
        return failed == 0 && differing == 0;
    }

    synchronized List<String> failures() {
        return List.copyOf(failures);
    }

    @Override
    public synchronized String toString() {
        return "operations=%d failed=%d differing-bytes=%d longest-stall=%dms"
                .formatted(operations, failed, differing, longest.toMillis());
    }
}
