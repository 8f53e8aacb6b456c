// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.cli;

import static java.util.Objects.requireNonNull;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads JSON (RFC 8259) as maps, lists, strings, {@link BigDecimal}, booleans and null. */
final class JsonReader {
    private static final int DEEPEST = 100;
    private static final int HEX = 16;
    private static final int HEX_DIGITS = 4;
    private static final Pattern NUMBER = Pattern.compile("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]{1,3})?");
    private static final String ESCAPES = "\"\\/bfnrt";
    private static final String ESCAPED = "\"\\/\b\f\n\r\t";

    private final String text;
    private int at;

    private JsonReader(String text) {
        this.text = requireNonNull(text, "text is null");
    }

    /**
     * The value that the text is.
     *
     * @throws IllegalArgumentException if it is none; the message says where and why
     */
    static @Nullable Object read(String text) {
        JsonReader reader = new JsonReader(text);
        Object value = reader.value(0);
        if (reader.peek() != 0) {
            throw reader.wrong("something follows the value");
        }
        return value;
    }

    private @Nullable Object value(int depth) {
        if (depth > DEEPEST) {
            throw wrong("nested too deep");
        }
        char c = peek();
        if (c == '{') {
            return object(depth);
        } else if (c == '[') {
            return list(depth);
        } else if (c == '"') {
            return string();
        } else if (isNext("true")) {
            return true;
        } else if (isNext("false")) {
            return false;
        } else if (isNext("null")) {
            return null;
        }
        return number();
    }

    private Map<String, @Nullable Object> object(int depth) {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        at++;
        if (peek() == '}') {
            at++;
            return map;
        }
        do {
            if (peek() != '"') {
                throw wrong("a name in quotes is missing");
            }
            String name = string();
            expect(':');
            if (map.containsKey(name)) {
                throw wrong("\"" + name + "\" is there twice");
            }
            map.put(name, value(depth + 1));
        } while (more('}'));
        return Collections.unmodifiableMap(map);
    }

    private List<@Nullable Object> list(int depth) {
        List<@Nullable Object> list = new ArrayList<>();
        at++;
        if (peek() == ']') {
            at++;
            return list;
        }
        do {
            list.add(value(depth + 1));
        } while (more(']'));
        return Collections.unmodifiableList(list);
    }

    private boolean more(char end) {
        char c = peek();
        if (c != ',' && c != end) {
            throw wrong("a comma or " + end + " is missing");
        }
        at++;
        return c == ',';
    }

    private String string() {
        StringBuilder string = new StringBuilder();
        at++;
        while (true) {
            char c = next();
            if (c == '"') {
                return string.toString();
            } else if (c < ' ') {
                throw wrong("a control character in a string");
            }
            string.append(c == '\\' ? escaped() : c);
        }
    }

    private char escaped() {
        char c = next();
        int escape = ESCAPES.indexOf(c);
        if (escape >= 0) {
            return ESCAPED.charAt(escape);
        }
        if (c != 'u' || at + HEX_DIGITS > text.length()) {
            throw wrong("no such escape: \\" + c);
        }
        String digits = text.substring(at, at + HEX_DIGITS);
        if (!digits.matches("[0-9a-fA-F]{4}")) {
            throw wrong("no such escape: \\u" + digits);
        }
        at += HEX_DIGITS;
        return (char) Integer.parseInt(digits, HEX);
    }

    private BigDecimal number() {
        Matcher matcher = NUMBER.matcher(text).region(at, text.length());
        if (!matcher.lookingAt()) {
            throw wrong(at == text.length() ? "a value is missing" : "no value");
        }
        at = matcher.end();
        return new BigDecimal(matcher.group());
    }

    private boolean isNext(String word) {
        boolean is = text.startsWith(word, at);
        at += is ? word.length() : 0;
        return is;
    }

    private void expect(char wanted) {
        if (peek() != wanted) {
            throw wrong(wanted + " is missing");
        }
        at++;
    }

    /** The next character that is no space; 0 at the end. */
    private char peek() {
        while (at < text.length() && " \t\n\r".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
        return at < text.length() ? text.charAt(at) : 0;
    }

    private char next() {
        if (at == text.length()) {
            throw wrong("a string does not end");
        }
        return text.charAt(at++);
    }

    private IllegalArgumentException wrong(String what) {
        long line = text.substring(0, at).chars().filter(c -> c == '\n').count() + 1;
        return new IllegalArgumentException("no JSON, line " + line + ": " + what);
    }
}
