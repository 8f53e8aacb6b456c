// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.csi;

import static java.util.Objects.requireNonNull;

import java.io.PrintStream;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/** Lines of {@code key=value}, for people and for programs that collect logs. */
final class Log {
    private final PrintStream out;
    private final Clock clock;

    Log(PrintStream out, Clock clock) {
        this.out = requireNonNull(out, "out is null");
        this.clock = requireNonNull(clock, "clock is null");
    }

    void info(String message, @Nullable Object... fields) {
        line("info", message, fields);
    }

    void warn(String message, @Nullable Object... fields) {
        line("warning", message, fields);
    }

    void error(String message, @Nullable Object... fields) {
        line("error", message, fields);
    }

    /** {@code fields}: names and values, by turns. */
    private void line(String level, String message, @Nullable Object... fields) {
        StringBuilder line = new StringBuilder(160)
                .append("time=")
                .append(clock.instant().truncatedTo(ChronoUnit.MILLIS))
                .append(" level=")
                .append(level)
                .append(" msg=")
                .append(quoted(message));
        for (int i = 0; i + 1 < fields.length; i += 2) {
            line.append(' ').append(fields[i]).append('=').append(quoted(String.valueOf(fields[i + 1])));
        }
        out.println(line);
    }

    private static String quoted(String value) {
        if (!value.isEmpty() && value.chars().allMatch(c -> c > ' ' && c < 0x7f && c != '"' && c != '=' && c != '\\')) {
            return value;
        }
        StringBuilder quoted = new StringBuilder(value.length() + 2).append('"');
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            switch (c) {
                case '"', '\\' -> quoted.append('\\').append(c);
                case '\n' -> quoted.append("\\n");
                default -> quoted.append(c < ' ' || c == 0x7f ? '?' : c);
            }
        }
        return quoted.append('"').toString();
    }
}
