// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.cli;

import java.util.List;
import java.util.Map;

/**
 * Writes JSON (RFC 8259) in ASCII, on one line or as people write it. A byte of a name that is not UTF-8 is a lone surrogate, as in
 * {@link org.fdstorefs.internal.ByteStrings}, and so it is written: {@code \udcff} is the byte 0xff.
 */
final class Json {
    private Json() {}

    /** The text of a map, a list, a string, a number, a boolean or null, and of their elements. */
    static String of(Object value) {
        StringBuilder text = new StringBuilder();
        write(text, value);
        return text.toString();
    }

    /** The same with a line for each member, and for each element of a list that is more than a name or number. */
    static String indented(Object value) {
        StringBuilder text = new StringBuilder();
        indent(text, value, "\n");
        return text.toString();
    }

    /** A newline and the indentation are what {@code line} begins with. */
    private static void indent(StringBuilder text, Object value, String line) {
        String inner = line + "  ";
        if (value instanceof Map<?, ?> map && !map.isEmpty()) {
            String separator = "{";
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                string(text.append(separator).append(inner), (String) entry.getKey());
                indent(text.append(": "), entry.getValue(), inner);
                separator = ",";
            }
            text.append(line).append('}');
        } else if (value instanceof List<?> list && list.stream().anyMatch(each -> each instanceof Map)) {
            String separator = "[";
            for (Object element : list) {
                indent(text.append(separator).append(inner), element, inner);
                separator = ",";
            }
            text.append(line).append(']');
        } else {
            write(text, value);
        }
    }

    private static void write(StringBuilder text, Object value) {
        if (value instanceof Map<?, ?> map) {
            String separator = "";
            text.append('{');
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                text.append(separator);
                string(text, (String) entry.getKey());
                text.append(": ");
                write(text, entry.getValue());
                separator = ", ";
            }
            text.append('}');
        } else if (value instanceof List<?> list) {
            String separator = "";
            text.append('[');
            for (Object element : list) {
                text.append(separator);
                write(text, element);
                separator = ", ";
            }
            text.append(']');
        } else if (value instanceof String string) {
            string(text, string);
        } else if (value == null || value instanceof Number || value instanceof Boolean) {
            text.append(value);
        } else {
            throw new IllegalArgumentException("not for JSON: " + value.getClass());
        }
    }

    private static void string(StringBuilder text, String string) {
        text.append('"');
        for (int i = 0; i < string.length(); i++) {
            char c = string.charAt(i);
            if (c == '"' || c == '\\') {
                text.append('\\').append(c);
            } else if (c >= ' ' && c < 0x7F) {
                text.append(c);
            } else {
                escape(text, c);
            }
        }
        text.append('"');
    }

    private static void escape(StringBuilder text, char c) {
        String digits = Integer.toHexString(c);
        text.append("\\u").append("0000", 0, 4 - digits.length()).append(digits);
    }
}
