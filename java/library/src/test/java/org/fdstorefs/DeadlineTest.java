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
    }

    @Test
    void aTimeInTheFutureIsNotOver() {
        assertThat(Deadline.in(Duration.ofDays(1)).isOver()).isFalse();
    }

    @Test
    void theLongestDurationIsForEver() {
        Deadline deadline = Deadline.in(Duration.ofSeconds(Long.MAX_VALUE));

        assertThat(deadline).isEqualTo(Deadline.NEVER);
        assertThat(deadline.isOver()).isFalse();
    }

    @Test
    void noNegativeTimeIsTaken() {
        assertThatThrownBy(() -> Deadline.in(Duration.ofNanos(-1))).isInstanceOf(IllegalArgumentException.class);
    }
}
