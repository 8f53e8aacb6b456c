// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Looks at what a store needs of the system: its kernel, the module, /proc, and limits. */
final class SystemCheck {
    private static final int OLDEST_MAJOR = 6;
    private static final int OLDEST_MINOR = 1;
    private static final Pattern RELEASE = Pattern.compile("([0-9]{1,4})\\.([0-9]{1,4}).*");
    private static final Pattern OPEN_FILES = Pattern.compile("Max open files +([0-9]+|unlimited) .*");

    private final Path root;
    private final String release;

    /** For tests, {@code root} is a directory with a proc and a lib of their own. */
    SystemCheck(Path root, String release) {
        this.root = root;
        this.release = release;
    }

    List<Finding> findings() {
        return List.of(kernel(), module(), proc(), limit());
    }

    private Finding kernel() {
        Matcher matcher = RELEASE.matcher(release);
        if (matcher.matches()) {
            int major = Integer.parseInt(matcher.group(1));
            int minor = Integer.parseInt(matcher.group(2));
            if (major > OLDEST_MAJOR || (major == OLDEST_MAJOR && minor >= OLDEST_MINOR)) {
                return Finding.good("kernel", "Linux " + release);
            }
        }
        return Finding.bad(
                "kernel",
                "Linux " + release,
                "boot a kernel from %d.%d on, the oldest that the module is made for"
                        .formatted(OLDEST_MAJOR, OLDEST_MINOR));
    }

    private Finding module() {
        // proc(5), /proc/filesystems: "nodev", a tab and the name, or an empty first column.
        if (lines("proc/filesystems").anyMatch(line -> line.endsWith("\tfdstorefs"))) {
            return Finding.good("module", "fdstorefs is loaded");
        } else if (lines("lib/modules/" + release + "/modules.dep").anyMatch(line -> line.contains("/fdstorefs.ko"))) {
            return Finding.bad("module", "fdstorefs is installed but not loaded", "as root: modprobe fdstorefs");
        }
        return Finding.bad(
                "module",
                "fdstorefs is not installed for this kernel",
                "as root, build it from kernel-module/ of fdstorefs for Linux " + release
                        + " and load it (insmod fdstorefs.ko)");
    }

    private Finding proc() {
        return Files.isDirectory(root.resolve("proc/self/fd"))
                ? Finding.good("proc", "/proc is mounted")
                : Finding.bad("proc", "/proc is not mounted", "as root: mount -t proc proc /proc");
    }

    private Finding limit() {
        return lines("proc/self/limits")
                .map(OPEN_FILES::matcher)
                .filter(Matcher::matches)
                .findFirst()
                .map(matcher -> Finding.good(
                        "limit",
                        matcher.group(1) + " descriptors (ulimit -n), which is also how many your user may store"))
                .orElse(Finding.good("limit", "unknown"));
    }

    /** The lines of a file, none if it cannot be read. */
    private Stream<String> lines(String file) {
        try {
            return Files.readAllLines(root.resolve(file), ISO_8859_1).stream();
        } catch (IOException e) {
            return Stream.empty();
        }
    }
}
