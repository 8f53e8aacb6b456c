// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.soak;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What came of one workload. Thread-safe. */
final class Tally {
    private static final int REPORTED_FAILURES = 10;

    private final List<String> failures = new ArrayList<>();
    private long rounds;
    private long operations;
    private long failed;
    private long differing;
    private Duration longest = Duration.ZERO;
    private long lastProgress = System.nanoTime();

    /** The counts of a moment; {@code longest} is zero if single operations are not timed. */
    record Counts(long rounds, long operations, long failed, long differing, Duration longest) {}

    /** So many operations that ended well, untimed. */
    synchronized void done(long more) {
        operations += more;
        progress();
    }

    /** An operation that ended well after this time. */
    synchronized void done(Duration time) {
        operations++;
        if (time.compareTo(longest) > 0) {
            longest = time;
        }
        progress();
    }

    /** An operation that did not. */
    synchronized void failed(String what) {
        operations++;
        failed++;
        remember(what);
    }

    /** Data that were not what had been written; counted in bytes, or as one where nobody counts them. */
    synchronized void differing(String what, long bytes) {
        differing += bytes;
        remember(what);
    }

    synchronized void roundDone() {
        rounds++;
        progress();
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

    /** For how long nothing has been done. */
    synchronized Duration idle() {
        return Duration.ofNanos(System.nanoTime() - lastProgress);
    }

    synchronized boolean isClean() {
        return failed == 0 && differing == 0;
    }

    synchronized Counts counts() {
        return new Counts(rounds, operations, failed, differing, longest);
    }

    /** The first failures, in words. */
    synchronized List<String> failures() {
        return List.copyOf(failures);
    }

    private void remember(String what) {
        if (failures.size() < REPORTED_FAILURES) {
            failures.add(requireNonNull(what, "what is null"));
        }
        progress();
    }

    private void progress() {
        lastProgress = System.nanoTime();
        notifyAll();
    }
}
