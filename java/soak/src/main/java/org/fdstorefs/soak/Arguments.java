// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.soak;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Options with one value each, then {@code --} and a command. What is wrong is an {@link IllegalArgumentException}. */
final class Arguments {
    private final Map<String, String> values;
    private final List<String> rest;
    private final Set<String> used = new HashSet<>();

    private Arguments(Map<String, String> values, List<String> rest) {
        this.values = values;
        this.rest = List.copyOf(rest);
    }

    static Arguments parse(String... args) {
        Map<String, String> values = new LinkedHashMap<>();
        for (int i = 0; i < args.length; i += 2) {
            if (args[i].equals("--")) {
                return new Arguments(values, List.of(args).subList(i + 1, args.length));
            }
            if (!args[i].startsWith("--")) {
                throw new IllegalArgumentException("not an option: " + args[i]);
            }
            if (i + 1 == args.length) {
                throw new IllegalArgumentException(args[i] + " needs a value");
            }
            if (values.put(args[i], args[i + 1]) != null) {
                throw new IllegalArgumentException(args[i] + " is given twice");
            }
        }
        return new Arguments(values, List.of());
    }

    /** The command after {@code --}. */
    List<String> rest() {
        return rest;
    }

    String text(String name, String otherwise) {
        return find(name).orElse(otherwise);
    }

    /** The first choice is that of who says nothing. */
    String oneOf(String name, String... choices) {
        String value = text(name, choices[0]);
        if (!List.of(choices).contains(value)) {
            throw new IllegalArgumentException(name + " is not one of " + String.join(", ", choices) + ": " + value);
        }
        return value;
    }

    int number(String name, int otherwise, int least, int most) {
        long value = longNumber(name, otherwise);
        if (value < least || value > most) {
            throw new IllegalArgumentException("%s is not from %d to %d: %d".formatted(name, least, most, value));
        }
        return (int) value;
    }

    long longNumber(String name, long otherwise) {
        Optional<String> value = find(name);
        if (value.isPresent() && !value.get().matches("\\d{1,18}")) {
            throw new IllegalArgumentException(name + " is not a number: " + value.get());
        }
        return value.map(Long::valueOf).orElse(otherwise);
    }

    Path path(String name, String otherwise) {
        return Path.of(text(name, otherwise)).toAbsolutePath();
    }

    /** One that must be given, and be there. */
    Path directory(String name) {
        Path path = find(name).map(Path::of).orElseThrow(() -> new IllegalArgumentException(name + " is missing"));
        if (!Files.isDirectory(path)) {
            throw new IllegalArgumentException(name + " is not a directory: " + path);
        }
        return path.toAbsolutePath();
    }

    /** To be called after all options have been asked for. */
    void checkAllUsed() {
        for (String name : values.keySet()) {
            if (!used.contains(name)) {
                throw new IllegalArgumentException("unknown option: " + name);
            }
        }
    }

    static List<String> join(List<String> command, String... more) {
        List<String> joined = new ArrayList<>(command);
        joined.addAll(List.of(more));
        return joined;
    }

    private Optional<String> find(String name) {
        used.add(name);
        return Optional.ofNullable(values.get(name));
    }
}
