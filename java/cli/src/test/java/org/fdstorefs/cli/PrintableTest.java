// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class PrintableTest {
    @ParameterizedTest
    @ValueSource(strings = {"listener", "with space", "k\u00e4se", "\ud83e\uddc0", "a=b"})
    void whatIsPrintableStaysAsItIs(String text) {
        assertThat(Printable.of(text)).isEqualTo(text);
    }

    @ParameterizedTest
    @MethodSource
    void whatIsNotBecomesOctalBytes(String text, String printable) {
        assertThat(Printable.of(text)).isEqualTo(printable);
    }

    static List<Arguments> whatIsNotBecomesOctalBytes() {
        return List.of(
                arguments("a\nb", "a\\012b"),
                arguments("\u001b[31m", "\\033[31m"),
                arguments("a\\b", "a\\\\b"),
                arguments("\u0080", "\\302\\200"),
                arguments("\u202e", "\\342\\200\\256"),
                arguments("a\udcff", "a\\377"));
    }
}
