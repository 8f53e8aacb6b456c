// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real processes that become real programs: {@link ExecProbe}. */
class ExecTest {
    private static final Path JAVA = Path.of(System.getProperty("java.home"), "bin", "java");
    private static final List<String> SHOW_DESCRIPTORS =
            List.of("sh", "-c", "for f in /proc/$$/fd/*; do [ -e $f ] && echo \"${f##*/} $(readlink $f)\"; done");

    private static final List<String> SHOW_LISTENERS = List.of(
            "sh",
            "-c",
            "[ $LISTEN_PID = $$ ] && echo $LISTEN_FDS $LISTEN_FDNAMES; for n in 3 4 5 6; do f=/proc/$$/fd/$n;"
                    + " [ ! -e $f ] || echo $n $(readlink $f); done");

    @TempDir
    Path directory;

    private Path file;
    private final List<String> jvmOptions = new ArrayList<>(List.of("-Xrs", "-Dfdstore.inherited=0 1 2"));
    private String before = "";

    @BeforeEach
    void makeFile() throws IOException {
        file = Files.writeString(directory.resolve("file"), "hello");
    }

    private record Outcome(int code, String out, String err) {}

    @Test
    void theProgramHasTheDescriptorAtItsNumber() throws Exception {
        assertThat(become(file + "=7", SHOW_DESCRIPTORS).out()).contains("7 " + file + "\n");
    }

    @Test
    void theProgramHasNoDescriptorOfTheJvm() throws Exception {
        assertThat(become(file + "=3", SHOW_DESCRIPTORS).out().lines().map(line -> line.split(" ")[0]))
                .containsExactly("0", "1", "2", "3");
    }

    @Test
    void theProgramKeepsAnInheritedDescriptor() throws Exception {
        before = "exec 9</dev/null";
        jvmOptions.add("-Dfdstore.inherited=0 1 2 9");

        assertThat(become(file + "=3", SHOW_DESCRIPTORS).out()).contains("9 /dev/null\n");
    }

    @Test
    void aDescriptorWithoutANumberKeepsClearOfThoseThatAreInheritedOrGiven() throws Exception {
        before = "exec 3</dev/null 5</dev/null";
        jvmOptions.add("-Dfdstore.inherited=0 1 2 3 5");

        assertThat(become(file + " " + file + "=4 " + file, SHOW_DESCRIPTORS).out())
                .contains("3 /dev/null\n4 " + file + "\n5 /dev/null\n6 " + file + "\n7 " + file + "\n");
    }

    @Test
    void whatAServiceManagerHasPassedComesFirst() throws Exception {
        listen("LISTEN_PID=$$ LISTEN_FDS=2 LISTEN_FDNAMES=http:admin", 3, 4);

        assertThat(become(file + "=data", SHOW_LISTENERS).out())
                .isEqualTo("3 http:admin:data\n3 /dev/null\n4 /dev/null\n5 " + file + "\n");
    }

    @Test
    void whatAServiceManagerHasPassedMayHaveNoNames() throws Exception {
        listen("LISTEN_PID=$$ LISTEN_FDS=1", 3);

        assertThat(become(file + "=data", SHOW_LISTENERS).out())
                .isEqualTo("2 unknown:data\n3 /dev/null\n4 " + file + "\n");
    }

    @Test
    void whatIsOpenWhereAListenerWouldComeIsNotClosed() throws Exception {
        listen("LISTEN_PID=1 LISTEN_FDS=1", 3);

        Outcome outcome = become(file + "=data", SHOW_LISTENERS);

        assertThat(outcome.code()).isNotZero();
        assertThat(outcome.err()).contains("descriptor 3 is already open", "(3<&-)");
    }

    @Test
    void whatIsOpenBehindThePassedOnesIsNotClosed() throws Exception {
        listen("LISTEN_PID=$$ LISTEN_FDS=1", 3, 4);

        assertThat(become(file + "=data", SHOW_LISTENERS).err()).contains("descriptor 4 is already open", "(4<&-)");
    }

    /** With this environment, and these descriptors inherited. */
    private void listen(String environment, int... inherited) {
        StringBuilder numbers = new StringBuilder("-Dfdstore.inherited=0 1 2");
        StringBuilder redirections = new StringBuilder();
        for (int number : inherited) {
            numbers.append(' ').append(number);
            redirections.append(' ').append(number).append("</dev/null");
        }
        before = "export " + environment + "; exec" + redirections;
        jvmOptions.addAll(List.of("-Dprobe.listen=true", numbers.toString()));
    }

    @Test
    void theDescriptorMayBecomeTheStandardInput() throws Exception {
        assertThat(become(file + "=0", List.of("cat")).out()).isEqualTo("hello");
    }

    @Test
    void theProgramIsTheSameProcess() throws Exception {
        before = "echo $$";

        assertThat(become(file + "=3", List.of("sh", "-c", "echo $$"))
                        .out()
                        .lines()
                        .distinct())
                .hasSize(1);
    }

    @Test
    void theExitCodeIsThatOfTheProgram() throws Exception {
        assertThat(become(file + "=3", List.of("sh", "-c", "exit 42")).code()).isEqualTo(42);
    }

    @Test
    void anIgnoredSignalStaysIgnored() throws Exception {
        before = "trap '' PIPE USR2 XFSZ INT";
        // Bits 1, 11, 12, 24: INT, USR2, PIPE, XFSZ.
        jvmOptions.add("-Dfdstore.ignored=1001802");

        assertThat(signals("SigIgn")).isEqualTo(0x1001802);
    }

    @Test
    void aSignalThatWasNotIgnoredIsNotIgnored() throws Exception {
        assertThat(signals("SigIgn")).isZero();
    }

    @Test
    void noSignalIsBlocked() throws Exception {
        assertThat(signals("SigBlk")).isZero();
    }

    @Test
    void aBlockedSignalStaysBlocked() throws Exception {
        jvmOptions.add("-Dfdstore.blocked=200");

        assertThat(signals("SigBlk")).isEqualTo(0x200);
    }

    @Test
    void theEnvironmentStaysAsItWas() throws Exception {
        before = "unset -v _; env | sort; echo ==; export LC_ALL=C";

        String out = become(file + "=3", List.of("sh", "-c", "unset -v _ LC_ALL; env | sort"))
                .out();

        assertThat(out.split("==\n")[1]).isEqualTo(out.split("==\n")[0]);
    }

    @Test
    void aMissingProgramIsToldFromOneThatCannotBeRun() throws Exception {
        assertThat(become(file + "=3", List.of("/missing")).code()).isEqualTo(ExitCode.EXEC_NOT_FOUND);
        assertThat(become(file + "=3", List.of(directory.toString())).code()).isEqualTo(ExitCode.EXEC_NOT_EXECUTABLE);
    }

    @Test
    void theJvmLivesOnWhenTheProgramCannotBeRun() throws Exception {
        // Among these numbers are those of everything that the JVM has open.
        String wishes = String.join(
                " ",
                Stream.iterate(3, n -> n + 1).limit(20).map(n -> file + "=" + n).toList());

        Outcome outcome = become(wishes, List.of("missing-program"));

        assertThat(outcome.err()).isEqualTo("fdstore: missing-program: no such file or directory\nstill here\n");
    }

    @Test
    void aNumberBeyondTheLimitIsRefused() throws Exception {
        assertThat(become(file + "=999999999", List.of("true")).err())
                .contains("fd 999999999: the limit of open files is too low");
    }

    /** A mask of signals, without the first two real-time ones, which posix_spawn(3) ignores. */
    private long signals(String key) throws Exception {
        String status = become(file + "=3", List.of("cat", "/proc/self/status")).out();
        String line =
                status.lines().filter(each -> each.startsWith(key)).findFirst().orElseThrow();
        return Long.parseUnsignedLong(line.split("\\s+")[1], 16) & ~0x180000000L;
    }

    private Outcome become(String wishes, List<String> program) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("sh", "-c", before + "\nexec \"$@\"", "sh", JAVA.toString()));
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "--enable-native-access=ALL-UNNAMED"));
        command.addAll(List.of("-cp", classPath()));
        command.addAll(jvmOptions);
        command.add(ExecProbe.class.getName());
        command.addAll(List.of(wishes.split(" ")));
        command.add("--");
        command.addAll(program);
        Path err = directory.resolve("err");
        Process process =
                new ProcessBuilder(command).redirectError(err.toFile()).start();
        process.getOutputStream().close();
        String out = new String(process.getInputStream().readAllBytes(), UTF_8);
        return new Outcome(process.waitFor(), out, Files.readString(err));
    }

    // Surefire runs the tests as a module, which has a path of its own.
    private static String classPath() {
        String modules = System.getProperty("jdk.module.path", "");
        String classes = Path.of("target/test-classes").toAbsolutePath().toString();
        return String.join(":", modules, classes, System.getProperty("java.class.path"));
    }
}
