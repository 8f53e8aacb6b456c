// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Whether the Docker that a user runs without privileges finds the device. It looks for devices where other engines do, but
 * sees a copy of /etc made of symbolic links, and those it does not follow. So it must be given a directory of the user's.
 */
final class RootlessDocker {
    private static final String PART = "rootless";
    private static final String DAEMON_JSON = ".config/docker/daemon.json";
    // Either is there once dockerd-rootless-setuptool.sh or the user has set it up.
    private static final List<String> SIGNS = List.of(DAEMON_JSON, ".config/systemd/user/docker.service");
    private static final Pattern DIRECTORIES = Pattern.compile("\"cdi-spec-dirs\"\\s*:\\s*\\[([^\\]]*)\\]");
    private static final Pattern STRING = Pattern.compile("\"([^\"]+)\"");

    private final Path root;
    private final Path home;

    /**
     * For tests, {@code root} is a directory with an etc and a usr of their own.
     *
     * @param home the user's home directory, below {@code root}
     */
    RootlessDocker(Path root, Path home) {
        this.root = requireNonNull(root, "root is null");
        this.home = requireNonNull(home, "home is null");
    }

    /** Nothing, if this user has no such Docker. */
    Optional<Finding> finding() {
        if (SIGNS.stream().map(home::resolve).noneMatch(Files::exists)) {
            return Optional.empty();
        }
        Matcher named = DIRECTORIES.matcher(configuration());
        Optional<String> found = named.find()
                ? STRING.matcher(named.group(1))
                        .results()
                        .map(result -> result.group(1))
                        .filter(this::hasDevices)
                        .findFirst()
                : Optional.empty();
        return Optional.of(found.map(directory ->
                        Finding.good(PART, "this user's own docker looks for devices of CDI in " + directory))
                .orElseGet(this::remedy));
    }

    private Finding remedy() {
        return Finding.note(
                PART,
                "this user's own docker does not see what is in /etc/cdi",
                "mkdir -p ~/.config/cdi; fdstore cdi >~/.config/cdi/fdstorefs.json; in ~/" + DAEMON_JSON
                        + " set {\"features\": {\"cdi\": true}, \"cdi-spec-dirs\": [\"/" + root.relativize(home)
                        + "/.config/cdi\"]}, then: systemctl --user restart docker");
    }

    private boolean hasDevices(String directory) {
        Path path = root.resolve(directory.replaceFirst("^/+", ""));
        return !directory.startsWith("/etc/") && CdiDirectories.haveStores(path);
    }

    private String configuration() {
        try {
            return Files.readString(home.resolve(DAEMON_JSON), UTF_8);
        } catch (IOException e) {
            return ""; // the same as none, where what is not set is the default
        }
    }
}
