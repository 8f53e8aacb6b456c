// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class DeadlineTest {
    @Test
    void zeroIsOverAtOnce() {
        Deadline now = Deadline.in(Duration.ZERO);

        assertThat(now.isOver()).isTrue();
        assertThat(now.nanosLeft()).isZero();
        assertThat(now.pollMillis()).isZero();
    }

    @Test
    void aTimeThatFitsIsWaitedForInOnePart() {
        assertThat(Deadline.in(Duration.ofHours(1)).pollMillis()).isBetween(1, 3_600_000);
        assertThat(new Deadline(true, System.nanoTime() + Duration.ofDays(1).toNanos()).isOver())
                .isFalse();
    }

    @Test
    void whatDoesNotFitIsWaitedForInParts() {
        assertThat(Deadline.in(Duration.ofDays(365)).pollMillis()).isEqualTo(Integer.MAX_VALUE);
    }

    @Test
    void theLongestDurationIsForEver() {
        Deadline deadline = Deadline.in(Duration.ofSeconds(Long.MAX_VALUE));

        assertThat(deadline).isEqualTo(Deadline.NEVER);
        assertThat(deadline.pollMillis()).isEqualTo(-1);
        assertThat(deadline.isOver()).isFalse();
    }

    @Test
    void noNegativeTimeIsTaken() {
        assertThatThrownBy(() -> Deadline.in(Duration.ofNanos(-1))).isInstanceOf(IllegalArgumentException.class);
    }
}
