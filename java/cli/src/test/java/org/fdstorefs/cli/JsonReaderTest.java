// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonReaderTest {
    @Test
    void everyKindOfValueIsRead() {
        assertThat(JsonReader.read(" {\"a\": [1, -2.5e3, true, false, null, \"x\"],\n\t\"b\": {}, \"c\": []}\r\n"))
                .isEqualTo(Map.of(
                        "a",
                        Arrays.asList(new BigDecimal("1"), new BigDecimal("-2.5e3"), true, false, null, "x"),
                        "b",
                        Map.of(),
                        "c",
                        List.of()));
    }

    @Test
    void escapesAreWhatTheyStandFor() {
        assertThat(JsonReader.read("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e4\\ud83e\\uddc0\""))
                .isEqualTo("\"\\/\b\f\n\r\t\u00e4\ud83e\uddc0");
    }

    @Test
    void whatJsonWritesIsReadBack() {
        Map<String, Object> value = Map.of("a\"\\\n", List.of("\udcff", Map.of("b", List.of(Map.of()))));

        assertThat(JsonReader.read(Json.of(value))).isEqualTo(value);
        assertThat(JsonReader.read(Json.indented(value))).isEqualTo(value);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "[1",
                "[1,]",
                "{\"a\" 1}",
                "{\"a\": 1,}",
                "{a: 1}",
                "\"a",
                "\"\\x\"",
                "\"\\u12\"",
                "\"\\u12g4\"",
                "01",
                "1.",
                ".5",
                "+1",
                "nul",
                "1 2",
                "\"\n\"",
                "{\"a\": 1, \"a\": 2}"
            })
    void whatIsNoJsonIsRefused(String text) {
        assertThatThrownBy(() -> JsonReader.read(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("no JSON, line ");
    }

    @Test
    void theMessageTellsTheLine() {
        assertThatThrownBy(() -> JsonReader.read("{\n\"a\": 1\n\"b\": 2}"))
                .hasMessage("no JSON, line 3: a comma or } is missing");
    }

    @Test
    void aDeepNestIsRefusedBeforeTheStackIsFull() {
        assertThatThrownBy(() -> JsonReader.read("[".repeat(1_000_000))).hasMessageContaining("nested too deep");
    }
}
