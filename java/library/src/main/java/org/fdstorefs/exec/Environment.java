// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.exec;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.fdstorefs.internal.ByteStrings;

/**
 * Changes to an environment. What they do not name keeps its bytes, its order and its place, which
 * it would not through {@link System#getenv}.
 */
final class Environment {
    static final Environment UNCHANGED = new Environment(Map.of());

    private static final String PATH = "PATH";
    // What execvp(3) takes when there is none.
    private static final String DEFAULT_PATH = "/bin:/usr/bin";

    /** Each variable with its new value, or with none if it is to go. */
    private final Map<String, Optional<String>> changes;

    private Environment(Map<String, Optional<String>> changes) {
        this.changes = changes;
    }

    Environment with(String name, String value) {
        requireNonNull(value, "value is null");
        ByteStrings.cString(ByteStrings.encode(value));
        return change(name, Optional.of(value));
    }

    Environment without(String name) {
        return change(name, Optional.empty());
    }

    private Environment change(String name, Optional<String> value) {
        requireNonNull(name, "name is null");
        ByteStrings.cString(ByteStrings.encode(name));
        if (name.isEmpty() || name.indexOf('=') >= 0) {
            throw new IllegalArgumentException("no name of an environment variable: \"" + name + "\"");
        }
        Map<String, Optional<String>> more = new LinkedHashMap<>(changes);
        more.put(name, value);
        return new Environment(Collections.unmodifiableMap(more));
    }

    /** The changed environment. */
    List<byte[]> apply(List<byte[]> environment) {
        List<byte[]> result = new ArrayList<>();
        Map<String, Optional<String>> left = new LinkedHashMap<>(changes);
        for (byte[] entry : environment) {
            String name = nameOf(entry);
            if (!changes.containsKey(name)) {
                result.add(entry);
            } else if (left.containsKey(name)) {
                left.remove(name).ifPresent(value -> result.add(entry(name, value)));
            }
        }
        left.forEach((name, value) -> value.ifPresent(v -> result.add(entry(name, v))));
        return result;
    }

    /** The value of PATH in an environment, or what stands for it. */
    static String path(List<byte[]> environment) {
        return environment.stream()
                .filter(entry -> nameOf(entry).equals(PATH))
                .findFirst()
                .map(entry -> ByteStrings.decode(Arrays.copyOfRange(entry, PATH.length() + 1, entry.length)))
                .orElse(DEFAULT_PATH);
    }

    private static byte[] entry(String name, String value) {
        return ByteStrings.encode(name + "=" + value);
    }

    /** The name in an entry; "" if that is none, which no variable is called. */
    private static String nameOf(byte[] entry) {
        int end = new String(entry, ISO_8859_1).indexOf('=');
        return end <= 0 ? "" : ByteStrings.decode(Arrays.copyOf(entry, end));
    }
}
