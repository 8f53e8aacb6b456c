// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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
    private final Optional<String> version;

    /**
     * For tests, {@code root} is a directory with a proc, a sys and a lib of their own.
     *
     * @param release the kernel's
     * @param version of this program; empty if unknown
     */
    SystemCheck(Path root, String release, Optional<String> version) {
        this.root = root;
        this.release = release;
        this.version = version;
    }

    List<Finding> findings() {
        List<Finding> findings = new ArrayList<>(List.of(kernel(), module()));
        version().ifPresent(findings::add);
        findings.addAll(List.of(proc(), limit()));
        return findings;
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
                "boot Linux %d.%d or later; the module supports no older kernel".formatted(OLDEST_MAJOR, OLDEST_MINOR));
    }

    private Finding module() {
        if (isLoaded()) {
            return Finding.good("module", "fdstorefs is loaded");
        } else if (lines("lib/modules/" + release + "/modules.dep").anyMatch(line -> line.contains("/fdstorefs.ko"))) {
            return Finding.bad("module", "fdstorefs is installed but not loaded", "as root: modprobe fdstorefs");
        }
        return Finding.bad(
                "module",
                "fdstorefs is not installed for this kernel",
                "as root, install the package fdstorefs-dkms and the headers of Linux " + release
                        + ", or build it from kernel-module/ of fdstorefs for that and load it (insmod fdstorefs.ko)");
    }

    private boolean isLoaded() {
        // proc(5), /proc/filesystems: "nodev", a tab and the name, or an empty first column.
        return lines("proc/filesystems").anyMatch(line -> line.endsWith("\tfdstorefs"));
    }

    /** Whether the module that is loaded is of the same version; nothing, if there is nothing to compare. */
    private Optional<Finding> version() {
        if (!isLoaded()) {
            return Optional.empty();
        }
        // A module that is older than versions has none.
        String loaded = lines("sys/module/fdstorefs/version").findFirst().orElse("unknown");
        return version.map(own -> own.equals(loaded)
                ? Finding.good("version", own)
                : Finding.bad(
                        "version",
                        "the module that is loaded has version %s, fdstore has %s".formatted(loaded, own),
                        "install the same version of both; then, as root, unmount all stores, which loses what they"
                                + " hold, and: modprobe -r fdstorefs && modprobe fdstorefs"));
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
                .map(matcher -> Finding.good("limit", matcher.group(1) + " descriptors (ulimit -n)"))
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
