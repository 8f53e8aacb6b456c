// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.fdstorefs.MountOption;
import org.jspecify.annotations.Nullable;

/**
 * A mount in a specification of the Container Device Interface, as far as it is there.
 *
 * @param source the hostPath
 * @param destination the containerPath
 * @param type of the file system; empty if it has none
 * @param options of the mount
 */
record CdiMount(String source, String destination, String type, List<String> options) {
    private static final int OCTAL = 8;
    private static final Set<String> GENERIC = Set.of(
            "ro",
            "rw",
            "nosuid",
            "suid",
            "nodev",
            "dev",
            "noexec",
            "exec",
            "noatime",
            "relatime",
            "private",
            "noanchor");
    private static final Set<String> BINDS = Set.of("bind", "rbind");

    CdiMount {
        options = List.copyOf(options);
    }

    static CdiMount of(@Nullable Object document) {
        Map<?, ?> map = document instanceof Map<?, ?> given ? given : Map.of();
        List<String> options =
                CdiFile.list(map, "options").stream().map(String::valueOf).toList();
        return new CdiMount(
                CdiFile.text(map, "hostPath"), CdiFile.text(map, "containerPath"), CdiFile.text(map, "type"), options);
    }

    List<String> complaints(boolean beforeTypes) {
        List<String> complaints = new ArrayList<>();
        if (source.isEmpty()) {
            complaints.add("hostPath is missing");
        }
        if (!isDirectory(destination)) {
            complaints.add("containerPath is missing or no absolute path: \"" + destination + "\"");
        }
        if (!type.isEmpty() && beforeTypes) {
            complaints.add("a mount has a type only from cdiVersion 0.4.0 on");
        }
        if (type.equals(CdiSpec.FILE_SYSTEM)) {
            options.forEach(option -> complaint(option).ifPresent(complaints::add));
        } else if (type.isEmpty() && options.stream().noneMatch(BINDS::contains)) {
            complaints.add("a mount without a type needs the option bind");
        }
        return complaints;
    }

    static boolean isDirectory(String path) {
        return path.startsWith("/")
                && path.indexOf('\0') < 0
                && Path.of(path).normalize().toString().equals(path);
    }

    /** What is wrong with an option of a store. */
    private static Optional<String> complaint(String option) {
        String[] parts = option.split("=", 2);
        if (parts.length < 2) {
            return GENERIC.contains(option) ? Optional.empty() : unknown(option);
        }
        String value = parts[1];
        try {
            switch (parts[0]) {
                case "mode" -> MountOption.mode(Integer.parseUnsignedInt(value, OCTAL));
                case "max" -> MountOption.max(Long.parseLong(value));
                case "maxuser" -> MountOption.maxUser(Long.parseLong(value));
                case "uid", "gid" -> Integer.parseUnsignedInt(value);
                case "anchor" -> {
                    return Optional.of("option " + option + ": no engine can pass a descriptor");
                }
                default -> {
                    return unknown(option);
                }
            }
            return Optional.empty();
        } catch (NumberFormatException e) {
            return Optional.of("option " + option + ": not a number");
        } catch (IllegalArgumentException e) {
            return Optional.of("option " + option + ": " + e.getMessage());
        }
    }

    private static Optional<String> unknown(String option) {
        return Optional.of("option " + option + ": a store has none of that name");
    }
}
