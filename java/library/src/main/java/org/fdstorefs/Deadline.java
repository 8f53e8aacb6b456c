// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/**
 * When a wait ends.
 *
 * @param limited false if never
 * @param end by System.nanoTime()
 */
record Deadline(boolean limited, long end) {
    static final Deadline NEVER = new Deadline(false, 0);

    // System.nanoTime() can be compared over 292 years.
    private static final Duration LONG = Duration.ofDays(100 * 365);

    /** So much from now on. */
    static Deadline in(Duration timeout) {
        if (requireNonNull(timeout, "timeout is null").isNegative()) {
            throw new IllegalArgumentException("negative timeout: " + timeout);
        }
        return timeout.compareTo(LONG) > 0 ? NEVER : new Deadline(true, System.nanoTime() + timeout.toNanos());
    }

    boolean isOver() {
        return limited && nanosLeft() <= 0;
    }

    /** What is left, at least 0; a very long time if it never ends. */
    long nanosLeft() {
        return limited ? Math.max(0, end - System.nanoTime()) : Long.MAX_VALUE;
    }
}
