// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.InvalidPathException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EntryNameTest {
    @ParameterizedTest
    @ValueSource(strings = {"listener", " ", "-rf", "...", "a\nb", "a=3", "\u00e4\ud83d\ude00", "\u001b[31m"})
    void whateverTheKernelTakesIsAName(String name) {
        assertThat(EntryName.bytes(name)).isEqualTo(name.getBytes(UTF_8));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "..", "/", "a/b", "../x", "/etc/passwd", "a\0b", "\ud800"})
    void whatIsNoNameIsRefused(String name) {
        assertThatThrownBy(() -> EntryName.bytes(name)).isInstanceOf(InvalidPathException.class);
    }

    @Test
    void aByteThatIsNotUtf8GoesBackAsItself() {
        assertThat(EntryName.bytes("a\udcff")).isEqualTo(new byte[] {'a', (byte) 0xff});
    }
}
