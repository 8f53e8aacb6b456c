// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A specification of the Container Device Interface in a file, and what is wrong with it: what an engine would refuse, or
 * the mount of a store would.
 *
 * @param kind what the file says it is for; empty if it says nothing
 * @param devices their names
 * @param complaints empty if all is well
 */
record CdiFile(String kind, List<String> devices, List<String> complaints) {
    private static final Pattern VERSION = Pattern.compile("[01]\\.[0-9]+\\.[0-9]+");
    private static final Pattern BEFORE_TYPES = Pattern.compile("0\\.[0-3]\\..*");
    private static final Pattern VENDOR_AND_CLASS =
            Pattern.compile("[A-Za-z]([A-Za-z0-9_.-]*[A-Za-z0-9])?/[A-Za-z]([A-Za-z0-9_-]*[A-Za-z0-9])?");

    /** One that begins with a digit is for later versions only. */
    static final Pattern DEVICE = Pattern.compile("[A-Za-z]([A-Za-z0-9_.:-]*[A-Za-z0-9])?");

    CdiFile {
        devices = List.copyOf(devices);
        complaints = List.copyOf(complaints);
    }

    /** Whether it is one of ours. */
    boolean hasStores() {
        return kind.equals(CdiSpec.KIND);
    }

    static CdiFile read(Path file) throws IOException {
        try {
            return of(JsonReader.read(Files.readString(file, UTF_8)));
        } catch (CharacterCodingException e) {
            return unreadable("it is not in UTF-8");
        } catch (IllegalArgumentException e) {
            return unreadable(String.valueOf(e.getMessage()));
        }
    }

    private static CdiFile unreadable(String complaint) {
        return new CdiFile("", List.of(), List.of(complaint));
    }

    static CdiFile of(@Nullable Object document) {
        if (!(document instanceof Map<?, ?> map)) {
            return unreadable("it is no object: { ... }");
        }
        List<String> complaints = new ArrayList<>();
        String version = text(map, "cdiVersion");
        if (!VERSION.matcher(version).matches()) {
            complaints.add("cdiVersion is missing or no version, such as \"0.4.0\"");
        }
        String kind = text(map, "kind");
        if (!VENDOR_AND_CLASS.matcher(kind).matches()) {
            complaints.add("kind is missing or not VENDOR/CLASS, such as \"" + CdiSpec.KIND + "\"");
        }
        List<?> entries = list(map, "devices");
        if (entries.isEmpty()) {
            complaints.add("devices: there is none");
        }
        Set<String> names = new HashSet<>();
        List<String> devices = new ArrayList<>();
        for (Object entry : entries) {
            String name = entry instanceof Map<?, ?> device ? text(device, "name") : "";
            devices.add(name);
            if (!DEVICE.matcher(name).matches()) {
                complaints.add("devices: a name is missing, or has something else than letters, digits and _.:- between"
                        + " a letter and a letter or digit: \"" + name + "\"");
            } else if (!names.add(name)) {
                complaints.add("devices: there are two named " + name);
            }
            for (Object mount : mounts(entry)) {
                for (String complaint : CdiMount.of(mount)
                        .complaints(BEFORE_TYPES.matcher(version).matches())) {
                    complaints.add("device " + name + ": " + complaint);
                }
            }
            if (kind.equals(CdiSpec.KIND) && mounts(entry).isEmpty()) {
                complaints.add("device " + name + ": containerEdits has no mounts, so it gives no store");
            }
        }
        return new CdiFile(kind, devices, complaints);
    }

    private static List<?> mounts(@Nullable Object device) {
        return device instanceof Map<?, ?> map && map.get("containerEdits") instanceof Map<?, ?> edits
                ? list(edits, "mounts")
                : List.of();
    }

    static String text(Map<?, ?> map, String name) {
        return map.get(name) instanceof String text ? text : "";
    }

    static List<?> list(Map<?, ?> map, String name) {
        return map.get(name) instanceof List<?> list ? list : List.of();
    }
}
