// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.fdstorefs.internal.MountInfo;

/**
 * Where stores are mounted, in every mount namespace that a process lives in. One that nobody lives in has no table to
 * read.
 */
final class StoreMounts {
    // What runtimes call the control group of a container: by its long id, or .../libpod-ID.scope, lxc.payload.NAME,
    // machine-NAME.scope, and the like.
    private static final List<Pattern> CONTAINERS = List.of(
            Pattern.compile("([0-9a-f]{12})[0-9a-f]{52}"),
            Pattern.compile("/lxc\\.payload\\.([^/]+)"),
            Pattern.compile("/machine-([^/]+)\\.scope"),
            Pattern.compile("/(?:[a-z]+-)?([^/]+)\\.scope"),
            Pattern.compile("/([^/]+)$"));

    private final Path proc;

    /** For tests, {@code root} is a directory with a proc of its own. */
    StoreMounts(Path root) {
        this.proc = root.resolve("proc");
    }

    /** The places of each store, by its device. */
    Map<String, List<StoreMount>> byDevice() throws IOException {
        Map<String, List<StoreMount>> places = new HashMap<>();
        Set<String> seen = new HashSet<>();
        seen.add(namespace("self").orElse(""));
        add(places, "self", Optional.empty());
        for (long pid : processes()) {
            String process = Long.toString(pid);
            Optional<String> namespace = namespace(process);
            if (namespace.isPresent() && seen.add(namespace.get())) {
                add(places, process, Optional.of(pid));
            }
        }
        return places;
    }

    private void add(Map<String, List<StoreMount>> places, String process, Optional<Long> pid) {
        List<MountInfo> mounts;
        try {
            mounts = MountInfo.read(proc.resolve(process).resolve("mountinfo"));
        } catch (IOException e) {
            return; // it has ended
        }
        for (MountInfo mount : mounts) {
            if (mount.isStore()) {
                Optional<String> container = pid.isEmpty() ? Optional.empty() : container(process);
                places.computeIfAbsent(mount.device(), device -> new ArrayList<>())
                        .add(new StoreMount(mount.mountPoint(), mount.source(), pid, container));
            }
        }
    }

    private List<Long> processes() throws IOException {
        List<Long> pids = new ArrayList<>();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(proc, "[0-9]*")) {
            all.forEach(process -> pids.add(Long.valueOf(process.getFileName().toString())));
        }
        pids.sort(Comparator.naturalOrder());
        return pids;
    }

    private Optional<String> namespace(String process) {
        try {
            return Optional.of(Files.readSymbolicLink(proc.resolve(process).resolve("ns/mnt"))
                    .toString());
        } catch (IOException e) {
            return Optional.empty(); // it has ended, or may not be looked at
        }
    }

    private Optional<String> container(String process) {
        String group;
        try {
            group = Files.readString(proc.resolve(process).resolve("cgroup"), ISO_8859_1)
                    .strip();
        } catch (IOException e) {
            return Optional.empty();
        }
        // The last line is that of cgroup v2, if it is mounted: 0::/PATH.
        String path = group.substring(group.lastIndexOf(':') + 1);
        for (Pattern pattern : CONTAINERS) {
            Matcher matcher = pattern.matcher(path);
            if (matcher.find()) {
                return Optional.of(matcher.group(1));
            }
        }
        return Optional.empty();
    }
}
