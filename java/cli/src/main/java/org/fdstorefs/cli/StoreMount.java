// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.cli;

import static java.util.Objects.requireNonNull;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Where a store is mounted.
 *
 * @param mountPoint as the processes of its mount namespace see it
 * @param source what who mounted it calls it
 * @param pid one of those processes; empty for the namespace of fdstore itself
 * @param container what that process's control group calls its container, if it has such a name
 */
record StoreMount(String mountPoint, String source, Optional<Long> pid, Optional<String> container) {

    private static final String UNNAMED = "fdstore";

    StoreMount {
        requireNonNull(mountPoint, "mountPoint is null");
        requireNonNull(source, "source is null");
        requireNonNull(pid, "pid is null");
        requireNonNull(container, "container is null");
    }

    @Override
    public String toString() {
        String where = container.map(name -> "container " + name + ", ").orElse("");
        return Printable.of(mountPoint)
                + (source.equals(UNNAMED) ? "" : " [" + Printable.of(source) + "]")
                + pid.map(id -> " (" + Printable.of(where) + "pid " + id + ")").orElse("");
    }

    Map<String, Object> document() {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("mount_point", mountPoint);
        document.put("pid", pid.orElse(null));
        document.put("container", container.orElse(null));
        document.put("source", source);
        return document;
    }
}
