// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import org.fdstorefs.Fd;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExpiryTest {
    @ParameterizedTest
    @ValueSource(strings = {"2026-11-30T18:00:00Z", "2026-11-30 18:00Z", "2026-11-30T19:00:00+01:00"})
    void aDateMayHaveAZone(String text) {
        assertThat(Expiry.date(text)).isEqualTo(Instant.parse("2026-11-30T18:00:00Z"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"2026-11-30T18:00:00", "2026-11-30 18:00"})
    void aDateWithoutAZoneIsOfThisMachine(String text) {
        assertThat(Expiry.date(text))
                .isEqualTo(LocalDateTime.of(2026, 11, 30, 18, 0)
                        .atZone(ZoneId.systemDefault())
                        .toInstant());
    }

    @ParameterizedTest
    @ValueSource(strings = {"90", "0.000000001", "9999999999", "@9999999999", "2999-01-01T00:00:00Z"})
    void aTimeToComeIsATimer(String text) throws Exception {
        try (Fd timer = Expiry.timer(text)) {
            assertThat(timer.isOpen()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "0", "0.0", "-1", "soon", "1e3", "99999999999", "@", "2026-13-01T00:00:00Z", "18:00", "90s"})
    void whatIsNoTimeIsNamedWithWhatWouldBe(String text) {
        assertThatThrownBy(() -> Expiry.timer(text))
                .isInstanceOf(UsageException.class)
                .hasMessageStartingWith("--expire: ");
    }
}
