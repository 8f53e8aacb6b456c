// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.cli;

import static java.util.Objects.requireNonNull;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A store of this host, mounted wherever.
 *
 * @param device {@code MAJOR:MINOR}
 * @param values what the kernel reports about it, by the name in /sys/fs/fdstorefs/DEVICE
 * @param mounts where it is mounted, as far as that can be found
 */
record LiveStore(String device, Map<String, String> values, List<StoreMount> mounts) {
    private static final String ANCHOR = "anchor=";

    LiveStore {
        requireNonNull(device, "device is null");
        values = Map.copyOf(values);
        mounts = List.copyOf(mounts);
    }

    /** A value; {@code -} if this kernel module reports none. */
    String value(String name) {
        return values.getOrDefault(name, "-");
    }

    /** What ends it: {@code init}, {@code fd}; empty if nothing does but its last mount. */
    Optional<String> anchor() {
        String anchor = value("anchor");
        return anchor.startsWith(ANCHOR) ? Optional.of(anchor.substring(ANCHOR.length())) : Optional.empty();
    }

    boolean isSealed() {
        return value("sealed").equals("1");
    }

    /** The value as JSON: null for what this kernel module does not report. */
    Map<String, Object> document() {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("device", device);
        for (String name : List.of("owner", "used", "max", "filled", "closing")) {
            document.put(name, values.containsKey(name) ? Long.valueOf(values.get(name)) : null);
        }
        document.put("anchor", anchor().orElse(null));
        document.put("sealed", isSealed());
        document.put("mounts", mounts.stream().map(StoreMount::document).toList());
        return document;
    }
}
