// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Looks which container engines are installed, and whether they find the device by which a container gets a store. */
final class EngineCheck {
    private static final String DAEMON_JSON = "etc/docker/daemon.json";
    private static final String CONFIG_TOML = "etc/containerd/config.toml";
    private static final List<String> PROGRAMS = List.of("usr/local/sbin", "usr/local/bin", "usr/sbin", "usr/bin");
    private static final Pattern VERSION = Pattern.compile("\\b([0-9]{1,4})\\.([0-9]{1,4})\\.[0-9]+[^ ,]*");
    private static final Pattern FEATURE = Pattern.compile("\"cdi\"\\s*:\\s*(true|false)");
    private static final Pattern ENABLED = Pattern.compile("(?m)^\\s*enable_cdi\\s*=\\s*true");
    private static final Pattern DISABLED = Pattern.compile("(?m)^\\s*enable_cdi\\s*=\\s*false");

    private final Path root;
    private final Path home;
    private final Function<Path, Optional<String>> versionOf;

    /**
     * For tests, {@code root} is a directory with an etc and a usr of their own.
     *
     * @param home the user's home directory, below {@code root}
     * @param versionOf what a program prints for {@code --version}
     */
    EngineCheck(Path root, Path home, Function<Path, Optional<String>> versionOf) {
        this.root = requireNonNull(root, "root is null");
        this.home = requireNonNull(home, "home is null");
        this.versionOf = requireNonNull(versionOf, "versionOf is null");
    }

    /** Nothing, if there is no engine. */
    List<Finding> findings() {
        List<Finding> engines = new ArrayList<>();
        program("podman").ifPresent(program -> engines.add(podman(version(program))));
        program("dockerd").ifPresent(program -> {
            engines.add(docker(version(program)));
            new RootlessDocker(root, home).finding().ifPresent(engines::add);
        });
        program("containerd").ifPresent(program -> engines.add(containerd(version(program))));
        return engines.isEmpty()
                ? List.of()
                : Stream.concat(Stream.of(new CdiDirectories(root).finding()), engines.stream())
                        .toList();
    }

    private static Finding podman(Version version) {
        return version.isFrom(4, 1) ? reads("podman", version) : tooOld("podman", version, "4.1");
    }

    private Finding docker(Version version) {
        Matcher feature = FEATURE.matcher(text(DAEMON_JSON));
        boolean isOn = feature.find() ? feature.group(1).equals("true") : version.isFrom(28, 3);
        if (!version.isFrom(25, 0)) {
            return tooOld("docker", version, "25");
        }
        return isOn
                ? reads("docker", version)
                : Finding.note(
                        "docker",
                        version + " does not look for devices of CDI",
                        "in /" + DAEMON_JSON + " set {\"features\": {\"cdi\": true}}, then: systemctl restart docker");
    }

    private Finding containerd(Version version) {
        String configuration = text(CONFIG_TOML);
        boolean isOn = version.isFrom(2, 0)
                ? !DISABLED.matcher(configuration).find()
                : ENABLED.matcher(configuration).find();
        if (!version.isFrom(1, 7)) {
            return tooOld("containerd", version, "1.7");
        }
        String plugin = version.isFrom(2, 0) ? "io.containerd.cri.v1.runtime" : "io.containerd.grpc.v1.cri";
        return isOn
                ? reads("containerd", version)
                : Finding.note(
                        "containerd",
                        version + " does not look for devices of CDI, for Kubernetes",
                        "in /" + CONFIG_TOML + " set enable_cdi = true in [plugins.\"" + plugin
                                + "\"], then: systemctl restart containerd");
    }

    private static Finding reads(String engine, Version version) {
        return Finding.good(engine, version + " looks for devices of CDI in " + CdiDirectories.NAMES);
    }

    private static Finding tooOld(String engine, Version version, String first) {
        return Finding.note(
                engine,
                version + " knows no devices of CDI",
                "take " + engine + " " + first + " or later, or another way of docs/containers.md");
    }

    private Optional<Path> program(String name) {
        return PROGRAMS.stream()
                .map(directory -> root.resolve(directory).resolve(name))
                .filter(Files::isExecutable)
                .findFirst();
    }

    private Version version(Path program) {
        return Version.in(versionOf.apply(program).orElse(""));
    }

    private String text(String file) {
        try {
            return Files.readString(root.resolve(file), UTF_8);
        } catch (IOException e) {
            return ""; // the same as none, where what is not set is the default
        }
    }

    /** The first line that a program prints for {@code --version}; empty if it cannot be run. */
    static Optional<String> firstLine(Path program) {
        try {
            Process process = new ProcessBuilder(program.toString(), "--version")
                    .redirectInput(
                            ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            try (BufferedReader reader = process.inputReader(UTF_8)) {
                return Optional.ofNullable(reader.readLine());
            }
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** What a program calls its version, of which only the first two numbers count; 0.0 if it does not tell. */
    private record Version(int major, int minor, String name) {
        static Version in(String text) {
            Matcher matcher = VERSION.matcher(text);
            return matcher.find()
                    ? new Version(
                            Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)), matcher.group())
                    : new Version(0, 0, "an unknown version");
        }

        boolean isFrom(int wantedMajor, int wantedMinor) {
            return major > wantedMajor || (major == wantedMajor && minor >= wantedMinor);
        }

        @Override
        public String toString() {
            return name;
        }
    }
}
