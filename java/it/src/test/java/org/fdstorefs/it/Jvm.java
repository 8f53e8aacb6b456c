// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Another JVM that runs a main class of the tests. */
final class Jvm implements AutoCloseable {
    private static final int SIGKILLED = 128 + 9;

    private final Process process;
    private final BufferedReader out;

    private Jvm(Process process) {
        this.process = process;
        this.out = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8));
    }

    static Jvm start(Class<?> main, Object... arguments) throws IOException {
        return startBy(List.of(), main, arguments);
    }

    /** Starts it by a program that takes a command. */
    static Jvm startBy(List<String> program, Class<?> main, Object... arguments) throws IOException {
        List<String> command = new ArrayList<>(program);
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
        for (Object argument : arguments) {
            command.add(argument.toString());
        }
        return new Jvm(new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start());
    }

    String line() throws IOException {
        return out.readLine();
    }

    void kill() throws InterruptedException {
        process.destroyForcibly();
        assertThat(process.waitFor()).as("killed by SIGKILL").isEqualTo(SIGKILLED);
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
