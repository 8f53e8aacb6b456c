// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.exec;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;

/** Runs real processes: C programs of src/test/c, and a JVM with {@link Probe}. */
final class Processes {
    private static final Path JAVA = Path.of(System.getProperty("java.home"), "bin", "java");

    private final Path directory;

    /** What a process said, and how it ended. */
    record Outcome(int code, String out) {
        List<String> lines(String key) {
            return out.lines().filter(line -> line.startsWith(key)).toList();
        }
    }

    Processes(Path directory) throws Exception {
        this.directory = directory;
        compile("hostile");
        compile("report");
        packLibrary();
    }

    Path file(String name) {
        return directory.resolve(name);
    }

    private void compile(String name) throws Exception {
        Path source = Path.of("src/test/c", name + ".c").toAbsolutePath();
        Outcome outcome = run(List.of("cc", "-Wall", "-Wextra", "-o", file(name).toString(), source.toString()));
        assertThat(outcome).isEqualTo(new Outcome(0, ""));
    }

    /** The classes as a jar, which a JVM has open at some number, other than a directory. */
    private void packLibrary() throws IOException {
        Path classes = Path.of("target/classes");
        try (OutputStream out = Files.newOutputStream(file("library.jar"));
                JarOutputStream jar = new JarOutputStream(out);
                Stream<Path> all = Files.walk(classes)) {
            for (Path path : all.filter(Files::isRegularFile).toList()) {
                jar.putNextEntry(new JarEntry(classes.relativize(path).toString()));
                Files.copy(path, jar);
            }
        }
    }

    /** A JVM that runs the probe with these arguments. */
    List<String> java(String arguments) {
        List<String> command = new ArrayList<>(List.of(JAVA.toString(), "-XX:TieredStopAtLevel=1"));
        command.addAll(List.of("-XX:+UseSerialGC", "-XX:-UsePerfData", "--enable-native-access=ALL-UNNAMED"));
        // Else JNA starts ldconfig(8), by which the JDK changes what is done at SIGCHLD.
        command.add("-Djna.platform.library.path=/nonexistent");
        // Surefire runs the tests as a module, which has a path of its own.
        String modules = System.getProperty("jdk.module.path", "");
        Path tests = Path.of("target/test-classes").toAbsolutePath();
        command.addAll(List.of(
                "-cp",
                String.join(
                        ":",
                        file("library.jar").toString(),
                        jna(modules + ":" + System.getProperty("java.class.path")),
                        tests.toString())));
        command.add(Probe.class.getName());
        command.addAll(List.of(arguments.split(" ")));
        return command;
    }

    private static String jna(String path) {
        return Stream.of(path.split(":"))
                .filter(each -> each.contains("/jna-"))
                .findFirst()
                .orElseThrow();
    }

    /** Runs a command in a parent of which nothing is as usual. */
    Outcome hostile(List<String> command) throws Exception {
        List<String> all = new ArrayList<>(List.of(file("hostile").toString()));
        all.addAll(command);
        return run(all);
    }

    Outcome run(List<String> command) throws Exception {
        Process process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .start();
        process.getOutputStream().close();
        String out = new String(process.getInputStream().readAllBytes(), ISO_8859_1);
        return new Outcome(process.waitFor(), out);
    }
}
