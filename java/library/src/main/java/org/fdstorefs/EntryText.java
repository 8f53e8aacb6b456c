// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs;

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

    private EntryText() {}

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
        Map<String, String> all = Collections.unmodifiableMap(values);
        String state = values.get("state");
        return switch (state == null ? "" : state) {
            case "" -> throw new IllegalArgumentException("no line state");
            case "empty" -> new FdEntry(name, FdEntry.State.EMPTY, Optional.empty(), all);
            case "filled" -> new FdEntry(name, FdEntry.State.FILLED, Optional.of(new StoredFile(all)), all);
            default -> throw new IllegalArgumentException("unknown state: " + state);
        };
    }
}
