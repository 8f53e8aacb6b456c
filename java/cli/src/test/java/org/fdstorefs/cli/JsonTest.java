// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JsonTest {
    @Test
    void anObjectHasItsMembersInTheirOrder() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("name", "x");
        map.put("flags", 2);
        map.put("ok", true);
        map.put("nothing", null);

        assertThat(Json.of(map)).isEqualTo("{\"name\": \"x\", \"flags\": 2, \"ok\": true, \"nothing\": null}");
    }

    @Test
    void aListHasItsElements() {
        assertThat(Json.of(List.of(List.of(), "a", Map.of()))).isEqualTo("[[], \"a\", {}]");
    }

    @Test
    void peopleReadItInLines() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("list", List.of(Map.of("a", List.of("x", "y"))));
        map.put("empty", Map.of());

        assertThat(Json.indented(map))
                .isEqualTo("{\n  \"list\": [\n    {\n      \"a\": [\"x\", \"y\"]\n    }\n  ],\n  \"empty\": {}\n}");
    }

    @Test
    void whatWouldEndTheStringIsEscaped() {
        assertThat(Json.of("a\"b\\c")).isEqualTo("\"a\\\"b\\\\c\"");
    }

    @Test
    void onlyPrintableAsciiIsWrittenAsItIs() {
        assertThat(Json.of("\n\u007f\u00e4\ud83e\uddc0 ~")).isEqualTo("\"\\u000a\\u007f\\u00e4\\ud83e\\uddc0 ~\"");
    }

    @Test
    void aByteThatIsNotUtf8IsALoneSurrogate() {
        assertThat(Json.of("a\udcff")).isEqualTo("\"a\\udcff\"");
    }

    @Test
    void somethingElseIsRefused() {
        assertThatThrownBy(() -> Json.of(new ArrayList<>(List.of(new Object()))))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
