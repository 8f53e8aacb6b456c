// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.soak;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** How long something took, each time. Thread-safe. */
final class Times {
    private final List<Duration> times = new ArrayList<>();

    synchronized void add(Duration time) {
        times.add(time);
    }

    synchronized Duration longest() {
        return percentile(100);
    }

    /** That which so many of a hundred did not exceed; zero if there are none. */
    synchronized Duration percentile(int percent) {
        if (times.isEmpty()) {
            return Duration.ZERO;
        }
        List<Duration> sorted = new ArrayList<>(times);
        Collections.sort(sorted);
        int rank = (sorted.size() * percent + 99) / 100;
        return sorted.get(Math.max(rank, 1) - 1);
    }

    /** As {@code key=value} words, in milliseconds. */
    synchronized String words(String name) {
        return "%s=%d %s-median-ms=%.1f %s-p95-ms=%.1f %s-max-ms=%.1f"
                .formatted(
                        name, times.size(),
                        name, millis(percentile(50)),
                        name, millis(percentile(95)),
                        name, millis(longest()));
    }

    private static double millis(Duration time) {
        return time.toNanos() / 1e6;
    }
}
