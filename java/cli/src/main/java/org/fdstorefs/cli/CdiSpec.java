// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.cli;

import static java.util.Objects.requireNonNull;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A specification of the Container Device Interface with one device: what a container that asks for it gets is a mount.
 *
 * @param device its name, as in {@code --device fdstorefs.org/store=NAME}
 * @param source the mount's source: a directory of the host, or what a new store is called
 * @param destination where the container sees it
 * @param type of the file system; empty for a directory of the host
 * @param options of the mount
 */
record CdiSpec(String device, String source, String destination, String type, List<String> options) {
    static final String KIND = "fdstorefs.org/store";
    static final String PRIVATE = "private";
    static final String DESTINATION = "/run/fdstore";
    static final String FILE_SYSTEM = "fdstorefs";

    /** Whoever runs in the container may put, and remove what is his own. */
    static final int MODE = 01777;

    /** The stores of a host that containers share. */
    private static final String SHARED = "/run/fdstores/";

    /** The first that knows types of mounts; later ones are known by fewer engines. */
    private static final String VERSION = "0.4.0";

    CdiSpec {
        requireNonNull(device, "device is null");
        requireNonNull(source, "source is null");
        requireNonNull(destination, "destination is null");
        requireNonNull(type, "type is null");
        options = List.copyOf(options);
    }

    /** A store of its own for each container, which ends with it. */
    static CdiSpec ofOneForEach(String device, String destination, List<String> options) {
        return new CdiSpec(device, "fdstore", destination, FILE_SYSTEM, options);
    }

    /** A store of the host, for all containers that ask for it. */
    static CdiSpec ofShared(String name, String destination) {
        return new CdiSpec(name, SHARED + name, destination, "", List.of("bind"));
    }

    /** What the packages install. */
    static CdiSpec installed() {
        return ofOneForEach(PRIVATE, DESTINATION, List.of("mode=" + Integer.toOctalString(MODE)));
    }

    Map<String, Object> document() {
        Map<String, Object> mount = new LinkedHashMap<>();
        mount.put("hostPath", source);
        mount.put("containerPath", destination);
        if (!type.isEmpty()) {
            mount.put("type", type);
        }
        mount.put("options", options);
        Map<String, Object> entry = new LinkedHashMap<>();
        entry.put("name", device);
        entry.put("containerEdits", Map.of("mounts", List.of(mount)));
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("cdiVersion", VERSION);
        document.put("kind", KIND);
        document.put("devices", List.of(entry));
        return document;
    }
}
