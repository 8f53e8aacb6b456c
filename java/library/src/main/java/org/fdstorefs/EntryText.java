// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The text that read(2) of an entry gives: lines {@code key:<TAB>value}. Unknown keys are kept as
 * attributes, lines of another shape passed over.
 */
final class EntryText {
    private static final String SEPARATOR = ":\t";

    private final Map<String, String> values;

    private EntryText(Map<String, String> values) {
        this.values = values;
    }

    /**
     * The entry of that name and text.
     *
     * @throws IllegalArgumentException if a line that must be there is missing or makes no sense
     */
    static FdEntry parse(String name, String text) {
        Map<String, String> values = new LinkedHashMap<>();
        text.lines().forEach(line -> {
            int separator = line.indexOf(SEPARATOR);
            if (separator > 0) {
                values.put(line.substring(0, separator), line.substring(separator + SEPARATOR.length()));
            }
        });
        return new EntryText(Collections.unmodifiableMap(values)).entry(name);
    }

    private FdEntry entry(String name) {
        String state = value("state");
        return switch (state) {
            case "empty" -> new FdEntry(name, FdEntry.State.EMPTY, Optional.empty(), values);
            case "filled" -> new FdEntry(name, FdEntry.State.FILLED, Optional.of(stored()), values);
            default -> throw new IllegalArgumentException("unknown state: " + state);
        };
    }

    private StoredFile stored() {
        return new StoredFile(
                value("stored-type"),
                value("stored-dev"),
                Long.parseUnsignedLong(value("stored-ino")),
                access(value("stored-access")),
                Integer.parseUnsignedInt(value("stored-flags"), 8),
                time(value("put-time")));
    }

    private String value(String key) {
        String value = values.get(key);
        if (value == null) {
            throw new IllegalArgumentException("no line " + key);
        }
        return value;
    }

    private static StoredFile.Access access(String word) {
        return Arrays.stream(StoredFile.Access.values())
                .filter(access -> access.word().equals(word))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("unknown access: " + word));
    }

    private static Instant time(String seconds) {
        BigDecimal nanos = new BigDecimal(seconds).movePointRight(9);
        BigDecimal[] parts = nanos.divideAndRemainder(BigDecimal.valueOf(1_000_000_000));
        return Instant.ofEpochSecond(parts[0].longValueExact(), parts[1].longValueExact());
    }
}
