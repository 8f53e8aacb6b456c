// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CommandLineBytesTest {
    @Test
    void theArgumentsAreTheLastStrings() {
        assertThat(CommandLineBytes.last(2, "java\0Main\0put\0x\0".getBytes(ISO_8859_1)))
                .containsExactly("put", "x");
    }

    @Test
    void anArgumentMayBeEmpty() {
        assertThat(CommandLineBytes.last(2, "java\0Main\0\0\0".getBytes(ISO_8859_1)))
                .containsExactly("", "");
    }

    @Test
    void aByteThatIsNotUtf8IsKept() {
        assertThat(CommandLineBytes.last(1, "java\0\u00ff\0".getBytes(ISO_8859_1)))
                .containsExactly("\udcff");
    }

    @Test
    void thereMayBeNoArguments() {
        assertThat(CommandLineBytes.last(0, "java\0Main\0".getBytes(ISO_8859_1)))
                .isEmpty();
    }
}
