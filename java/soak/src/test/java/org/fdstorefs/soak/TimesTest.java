// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.soak;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class TimesTest {
    private final Times times = new Times();

    @Test
    void thereIsALongestOneAndAMedian() {
        for (int i = 1; i <= 20; i++) {
            times.add(Duration.ofMillis(i));
        }

        assertThat(times.percentile(50)).isEqualTo(Duration.ofMillis(10));
        assertThat(times.percentile(95)).isEqualTo(Duration.ofMillis(19));
        assertThat(times.longest()).isEqualTo(Duration.ofMillis(20));
    }

    @Test
    void oneTimeIsAllOfThem() {
        times.add(Duration.ofMillis(3));

        assertThat(times.percentile(50)).isEqualTo(times.percentile(95)).isEqualTo(times.longest());
    }

    @Test
    void noTimesAreZero() {
        assertThat(times.longest()).isZero();
    }
}
