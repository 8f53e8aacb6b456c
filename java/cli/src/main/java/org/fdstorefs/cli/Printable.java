// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.fdstorefs.internal.ByteStrings;

/**
 * Text for a terminal or a line-based reader. What could steer the one or mislead the other becomes
 * {@code \ooo}, byte by byte in octal, and a backslash is doubled: {@code printf %b} undoes it.
 */
final class Printable {
    private Printable() {}

    static String of(String text) {
        StringBuilder printable = new StringBuilder(text.length());
        text.codePoints().forEach(codePoint -> {
            if (codePoint == '\\') {
                printable.append("\\\\");
            } else if (ByteStrings.isEscapedByte(codePoint)) {
                octal(printable, codePoint);
            } else if (isHarmless(codePoint)) {
                printable.appendCodePoint(codePoint);
            } else {
                for (byte b : Character.toString(codePoint).getBytes(UTF_8)) {
                    octal(printable, b);
                }
            }
        });
        return printable.toString();
    }

    private static boolean isHarmless(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE,
                    Character.UNASSIGNED -> false;
            default -> true;
        };
    }

    private static void octal(StringBuilder printable, int b) {
        printable.append("\\%03o".formatted(b & 0xFF));
    }
}
