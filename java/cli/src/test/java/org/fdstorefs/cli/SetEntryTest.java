// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SetEntryTest {
    @ParameterizedTest
    @ValueSource(strings = {"", "http", ".", "..", "a/b", "%", "%2F", "1.2", "a b", "~"})
    void anyNameComesBack(String name) {
        SetEntry entry = SetEntry.of(3, 4, name);

        assertThat(entry.name()).doesNotContain("/").startsWith("3.");
        assertThat(SetEntry.parse(entry.name())).isEqualTo(entry);
    }

    @Test
    void theOrderOfTheNamesIsThatOfThePlaces() {
        assertThat(IntStream.range(0, 101)
                        .mapToObj(i -> SetEntry.of(i, 101, "x").name()))
                .isSorted()
                .startsWith("000.x")
                .endsWith("100.x");
    }

    @Test
    void namesOfOtherOriginAreKeptAndComeLast() {
        assertThat(Stream.of("b", "a%2F", "10.x", "9.y").map(SetEntry::parse).sorted(SetEntry.ORDER))
                .extracting(SetEntry::listenName)
                .containsExactly("y", "x", "a%2F", "b");
    }
}
