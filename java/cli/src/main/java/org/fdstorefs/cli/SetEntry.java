// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Comparator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The name of an entry in a set that was imported: {@code N.FDNAME}, N being the place in the set, with
 * zeros in front so that the order of the names is that of the places. What an entry's name cannot
 * have is {@code %XX}, its byte in hexadecimal, and so is %.
 *
 * <p>Entries of other origin may be in a set too: theirs is the name as it is, and a place behind.
 *
 * @param place from 0
 * @param listenName the name in LISTEN_FDNAMES
 * @param name the name of the entry
 */
record SetEntry(int place, String listenName, String name) {
    /** The order in which a program gets them. */
    static final Comparator<SetEntry> ORDER =
            Comparator.comparingInt(SetEntry::place).thenComparing(SetEntry::name);

    private static final Pattern NUMBERED = Pattern.compile("([0-9]{1,9})\\.(.*)", Pattern.DOTALL);
    private static final Pattern ESCAPED = Pattern.compile("%([0-9A-F]{2})");
    private static final Pattern TO_ESCAPE = Pattern.compile("[%/]");

    /** One of a set of that size. */
    static SetEntry of(int place, int size, String listenName) {
        int width = Integer.toString(size - 1).length();
        String escaped = TO_ESCAPE
                .matcher(listenName)
                .replaceAll(found -> "%%%02X".formatted((int) found.group().charAt(0)));
        return new SetEntry(place, listenName, ("%0" + width + "d.%s").formatted(place, escaped));
    }

    static SetEntry parse(String name) {
        Matcher numbered = NUMBERED.matcher(name);
        if (!numbered.matches()) {
            return new SetEntry(Integer.MAX_VALUE, name, name);
        }
        String listenName = ESCAPED.matcher(numbered.group(2))
                .replaceAll(found -> Matcher.quoteReplacement(new String(
                        new byte[] {(byte) Integer.parseInt(found.group(1), 16)}, ISO_8859_1)));
        return new SetEntry(Integer.parseInt(numbered.group(1)), listenName, name);
    }
}
