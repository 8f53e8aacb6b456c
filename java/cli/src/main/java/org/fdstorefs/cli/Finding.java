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
 * @param detail what was found
 * @param remedy what to do; empty if all is well
 */
record Finding(String part, String detail, Optional<String> remedy) {

    Finding {
        requireNonNull(part, "part is null");
        requireNonNull(detail, "detail is null");
        requireNonNull(remedy, "remedy is null");
    }

    static Finding good(String part, String detail) {
        return new Finding(part, detail, Optional.empty());
    }

    static Finding bad(String part, String detail, String remedy) {
        return new Finding(part, detail, Optional.of(remedy));
    }

    boolean isGood() {
        return remedy.isEmpty();
    }

    Map<String, Object> document() {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("part", part);
        document.put("ok", isGood());
        document.put("detail", detail);
        document.put("remedy", remedy.orElse(null));
        return document;
    }
}
