// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A main class in a JVM of its own, which is to be killed. */
final class JavaProgram implements AutoCloseable {
    /** The java under test: the one that these tests run on, or what stands in for it. */
    static final String JAVA = System.getenv()
            .getOrDefault(
                    "FDSTORE_JAVA",
                    Path.of(System.getProperty("java.home"), "bin", "java").toString());

    private static final int SIGKILL = 9;

    private final Process process;
    private final BufferedReader out;

    private JavaProgram(Process process) {
        this.process = process;
        this.out = process.inputReader(UTF_8);
    }

    static JavaProgram start(Class<?> main, Object... arguments) throws IOException {
        return startBy(List.of(), main, arguments);
    }

    /** Starts it by a program that takes a command. */
    static JavaProgram startBy(List<String> program, Class<?> main, Object... arguments) throws IOException {
        List<String> command = new ArrayList<>(program);
        command.addAll(List.of(
                JAVA,
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
        for (Object argument : arguments) {
            command.add(argument.toString());
        }
        return new JavaProgram(new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start());
    }

    /** Waits until it says {@code ready}. */
    JavaProgram awaitReady() throws IOException {
        assertThat(line()).isEqualTo("ready");
        return this;
    }

    /** The next line that it says. */
    String line() throws IOException {
        return out.readLine();
    }

    ProcessHandle handle() {
        return process.toHandle();
    }

    /** Sends SIGKILL; nothing of it is left afterwards. */
    void kill() throws InterruptedException {
        process.destroyForcibly();
        assertThat(process.waitFor()).as("killed by SIGKILL").isEqualTo(128 + SIGKILL);
    }

    /** Kills it if that is still to be done. */
    @Override
    public void close() throws IOException {
        process.destroyForcibly().onExit().join();
        out.close();
    }
}
