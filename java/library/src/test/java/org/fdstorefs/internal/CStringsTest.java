// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.internal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.jna.Pointer;
import java.util.List;
import org.junit.jupiter.api.Test;

class CStringsTest {
    @Test
    void theArrayPointsToTheStringsAndEndsInNull() {
        try (CStrings strings = new CStrings(List.of("ls".getBytes(UTF_8), "".getBytes(UTF_8), "-l".getBytes(UTF_8)))) {
            assertThat(new Pointer(strings.array()).getStringArray(0)).containsExactly("ls", "", "-l");
        }
    }

    @Test
    void aStringIsFoundByItsIndex() {
        try (CStrings strings = new CStrings(List.of("ls".getBytes(UTF_8), "-l".getBytes(UTF_8)))) {
            assertThat(new Pointer(strings.string(1)).getString(0)).isEqualTo("-l");
        }
    }

    @Test
    void thereIsNoStringBeyondTheLast() {
        try (CStrings strings = new CStrings(List.of("ls".getBytes(UTF_8)))) {
            assertThatThrownBy(() -> strings.string(1)).isInstanceOf(IndexOutOfBoundsException.class);
        }
    }
}
