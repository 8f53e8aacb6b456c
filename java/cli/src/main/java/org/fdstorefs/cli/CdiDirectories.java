// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.cli;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;

/** The directories in which engines look for specifications of CDI, if nobody has told them others. */
final class CdiDirectories {
    static final String NAMES = "/etc/cdi and /run/cdi";
    private static final List<String> DIRECTORIES = List.of("etc/cdi", "run/cdi");
    private static final String PART = "cdi";

    private final Path root;

    CdiDirectories(Path root) {
        this.root = requireNonNull(root, "root is null");
    }

    /** Whether a device that gives a store is there, and none is spoilt. */
    Finding finding() {
        TreeSet<String> devices = new TreeSet<>();
        for (String directory : DIRECTORIES) {
            Map<String, Path> files = new HashMap<>();
            try {
                for (Path file : files(root.resolve(directory))) {
                    CdiFile specification = CdiFile.read(file);
                    if (!specification.complaints().isEmpty()) {
                        return spoilt(
                                file,
                                specification.complaints().get(0),
                                "put that right: fdstore cdi --check " + shown(file));
                    }
                    for (String device : specification.hasStores() ? specification.devices() : List.<String>of()) {
                        Path other = files.put(device, file);
                        if (other != null) {
                            return spoilt(
                                    file,
                                    "the device " + device + " is also in " + shown(other) + ", so engines ignore both",
                                    "remove one of the two");
                        }
                        devices.add(device);
                    }
                }
            } catch (IOException e) {
                return Finding.note(PART, Report.message(e), "ask the administrator to let you read /" + directory);
            }
        }
        return devices.isEmpty()
                ? Finding.note(
                        PART,
                        "there is no device that gives a container a store in " + NAMES,
                        "as root: mkdir -p /etc/cdi; fdstore cdi >/etc/cdi/fdstorefs.json")
                : Finding.good(
                        PART, "devices: " + CdiSpec.KIND + "=" + String.join(", " + CdiSpec.KIND + "=", devices));
    }

    /** Whether a directory has a specification with a device that gives a store. */
    static boolean haveStores(Path directory) {
        try {
            return !files(directory).isEmpty();
        } catch (IOException e) {
            return false;
        }
    }

    /** Those of others count only if they are in the way of ours. */
    private static List<Path> files(Path path) throws IOException {
        if (!Files.isDirectory(path)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(path)) {
            return files.filter(file -> file.toString().endsWith(".json") && Files.isRegularFile(file))
                    .filter(CdiDirectories::mayBeOurs)
                    .sorted()
                    .toList();
        }
    }

    private static boolean mayBeOurs(Path file) {
        try {
            return file.getFileName().toString().startsWith(CdiSpec.FILE_SYSTEM)
                    || CdiFile.read(file).hasStores();
        } catch (IOException e) {
            return false;
        }
    }

    private Finding spoilt(Path file, String detail, String remedy) {
        return Finding.bad(PART, shown(file) + ": " + detail, remedy);
    }

    private String shown(Path file) {
        return "/" + root.relativize(file);
    }
}
