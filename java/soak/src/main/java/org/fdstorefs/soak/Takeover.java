// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.soak;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a server told about its takeover.
 *
 * @param replayed requests that it executed since its predecessor had not, or not provably
 * @param resent replies that were composed already, and which it sent
 * @param answered requests to which the kernel had its answer already
 * @param opcodes of the requests that were replayed or resent, each kind once or more
 */
record Takeover(int replayed, int resent, int answered, List<String> opcodes) {
    static final String BEGINNING = "took over";

    private static final Pattern LINE =
            Pattern.compile("took over replayed=(\\d+) resent=(\\d+) answered=(\\d+) opcodes=(\\S+)");

    /** Reads the line, or throws {@link IllegalArgumentException}. */
    static Takeover parse(String line) {
        Matcher matcher = LINE.matcher(line);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("not understood: " + line);
        }
        return new Takeover(
                Integer.parseInt(matcher.group(1)),
                Integer.parseInt(matcher.group(2)),
                Integer.parseInt(matcher.group(3)),
                matcher.group(4).equals("-")
                        ? List.of()
                        : List.of(matcher.group(4).split(",")));
    }

    /** Whether the predecessor died between reading a request and its reply. */
    boolean betweenReadAndReply() {
        return replayed + resent > 0;
    }
}
