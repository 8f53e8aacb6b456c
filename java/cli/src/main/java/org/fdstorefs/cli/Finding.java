// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.cli;

import static java.util.Objects.requireNonNull;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What a look at one part of the system found.
 *
 * @param part the part
 * @param isGood whether a store can be used as far as this goes
 * @param detail what was found
 * @param remedy what to do; empty if all is well
 */
record Finding(String part, boolean isGood, String detail, Optional<String> remedy) {

    Finding {
        requireNonNull(part, "part is null");
        requireNonNull(detail, "detail is null");
        requireNonNull(remedy, "remedy is null");
    }

    static Finding good(String part, String detail) {
        return new Finding(part, true, detail, Optional.empty());
    }

    static Finding bad(String part, String detail, String remedy) {
        return new Finding(part, false, detail, Optional.of(remedy));
    }

    /** Something that only some will miss, and how they get it. */
    static Finding note(String part, String detail, String remedy) {
        return new Finding(part, true, detail, Optional.of(remedy));
    }

    String verdict() {
        if (!isGood) {
            return "problem";
        }
        return remedy.isEmpty() ? "ok" : "note";
    }

    Map<String, Object> document() {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("part", part);
        document.put("ok", isGood);
        document.put("detail", detail);
        document.put("remedy", remedy.orElse(null));
        return document;
    }
}
