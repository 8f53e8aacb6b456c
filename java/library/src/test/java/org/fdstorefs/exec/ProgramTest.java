// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.exec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.fdstorefs.ClosedFdException;
import org.fdstorefs.Fd;
import org.fdstorefs.exec.Processes.Outcome;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a program is given, both ways of running one. */
class ProgramTest {
    @TempDir
    static Path directory;

    private static Processes processes;

    @BeforeAll
    static void makeProcesses() throws Exception {
        processes = new Processes(directory);
        Files.writeString(directory.resolve("file"), "hello");
    }

    @ParameterizedTest
    @ValueSource(strings = {"exec", "spawn"})
    void itHasTheDescriptorsAtTheirNumbersAndNoOthers(String way) throws Exception {
        Outcome outcome = probe(way + " pass=file=7 pass=file pass=file=3 pass=/dev/null", "report");

        assertThat(numbers(outcome)).containsExactly("0", "1", "2", "3", "4", "5", "7");
        assertThat(outcome.out()).contains("fd: 7 " + directory.resolve("file"), "fd: 5 /dev/null");
    }

    @ParameterizedTest
    @ValueSource(strings = {"exec", "spawn"})
    void aDescriptorThatIsKeptIsReplacedOnlyWhenAsked(String way) throws Exception {
        // Every JVM has something open at 3.
        String file = " " + directory.resolve("file") + " ";

        assertThat(probe(way + " keep=3 pass=file", "report").out())
                .contains("fd: 4" + file)
                .doesNotContain("fd: 3" + file);
        assertThat(probe(way + " keep=3 pass=file=3", "report").out()).contains("fd: 3" + file);
    }

    @ParameterizedTest
    @ValueSource(strings = {"exec", "spawn"})
    void noDescriptorIsInTheWayOfAnother(String way) throws Exception {
        // Among these numbers are those that the JVM has them by, and the next ones that are free there.
        StringBuilder settings = new StringBuilder(way);
        List<String> expected = new ArrayList<>();
        for (int number = 59; number >= 30; number--) {
            Path file = Files.createFile(directory.resolve(way + number));
            settings.append(" pass=").append(file).append('=').append(number);
            expected.add(0, "fd: " + number + " " + file + " 100000 0");
        }

        assertThat(probe(settings.toString(), "report").lines("fd: ").subList(3, 33))
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"exec", "spawn"})
    void aDescriptorMayBecomeTheStandardInput(String way) throws Exception {
        assertThat(probe(way + " pass=file=0", "cat").out()).isEqualTo("hello");
    }

    @ParameterizedTest
    @ValueSource(strings = {"exec", "spawn"})
    void itListens(String way) throws Exception {
        Outcome outcome = probe(
                way + " listen=file=web listen=/dev/null=a,b pass=file=5 set=LISTEN_PID=1",
                "sh -c echo\\_$$\\_$LISTEN_PID\\_$LISTEN_FDS\\_$LISTEN_FDNAMES;cat\\_<&3");

        String[] words = outcome.out().split("[ \n]");
        assertThat(words[1]).isEqualTo(words[0]);
        assertThat(words).endsWith("2", "web:a,b", "hello");
    }

    @ParameterizedTest
    @ValueSource(strings = {"exec", "spawn"})
    void aVariableIsSetAndAnotherLeftOut(String way) throws Exception {
        Outcome outcome = processes.hostile(
                processes.java(way + " set=EMPTY=full set=NEW=\u00e4 unset=a.b -- " + processes.file("report")));

        // The bytes of UTF-8, each as a character.
        assertThat(outcome.out()).contains("environment: EMPTY=full\n").doesNotContain("a.b");
        assertThat(outcome.out()).contains("environment: BYTES=\u00ff\u00c3\u00a4\n\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"exec", "spawn"})
    void itRunsInItsDirectoryAndIsLookedForFromThere(String way) throws Exception {
        Path other = Files.createDirectories(directory.resolve("other"));
        Files.copy(processes.file("report"), other.resolve(way));

        Outcome outcome = probe(way + " directory=" + other + " set=PATH=.", way);

        assertThat(outcome.out()).contains("name: " + way + "\n", "directory: " + other);
    }

    @ParameterizedTest
    @ValueSource(strings = {"exec", "spawn"})
    void itIsLookedForInThePathThatItWillHave(String way) throws Exception {
        assertThat(probe(way + " set=PATH=/nonsense:" + directory, "report").code())
                .isEqualTo(7);
    }

    @ParameterizedTest
    @ValueSource(strings = {"exec", "spawn"})
    void aScriptWithoutAFirstLineIsRunByTheShell(String way) throws Exception {
        script("script" + way, "echo \"$@\" \"${0##*/}\"");

        assertThat(probe(way, directory.resolve("script" + way) + " a b").out()).isEqualTo("a b script" + way + "\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"exec", "spawn", "exec listen=file=x", "spawn listen=file=x"})
    void whatIsMissingOrCannotBeRunIsAnException(String way) throws Exception {
        Files.createDirectories(directory.resolve("in/path"));

        assertThat(probe(way, "/missing").out()).startsWith("NoSuchFileException ENOENT /missing");
        assertThat(probe(way, "missing").out()).startsWith("NoSuchFileException ENOENT missing");
        assertThat(probe(way, directory + "/in").out()).startsWith("AccessDeniedException EACCES");
        assertThat(probe(way, directory + "/file").out()).startsWith("AccessDeniedException EACCES");
        assertThat(probe(way + " set=PATH=" + directory + "/in:/bin", "path").out())
                .startsWith("AccessDeniedException EACCES");
        assertThat(probe(way + " directory=/missing", "true").out()).startsWith("NoSuchFileException ENOENT /missing");
    }

    @Test
    void whetherItCanBeRunIsToldWithoutRunningIt() throws Exception {
        script("good", "touch " + directory + "/ran");
        script("orphan", "#!/missing/interpreter -x\n");
        script("grandchild", "#! " + directory + "/orphan\n");
        Files.createDirectories(directory.resolve("bin/sh"));

        Program.of(directory + "/good").check();
        Program.of("sh").environment("PATH", directory + "/bin:/bin").check();
        assertThat(directory.resolve("ran")).doesNotExist();
        for (String program : List.of("/missing", "missing", directory + "/orphan", directory + "/grandchild")) {
            assertThatThrownBy(() -> Program.of(program).check())
                    .isInstanceOf(NoSuchFileException.class)
                    .hasMessageContaining(program);
        }
        assertThatThrownBy(() -> Program.of(directory + "/file").check()).isInstanceOf(AccessDeniedException.class);
        assertThatThrownBy(
                        () -> Program.of("true").directory(Path.of("/missing")).check())
                .isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void aProgramWhoseLoaderIsMissingCannotBeRun() throws Exception {
        byte[] program = Files.readAllBytes(processes.file("report"));
        String loader = new String(Interpreter.of(program), StandardCharsets.US_ASCII);
        assertThat(loader).startsWith("/lib");
        Program.of(processes.file("report").toString()).check();

        String text =
                new String(program, StandardCharsets.ISO_8859_1).replaceFirst(loader, "/mis" + loader.substring(4));
        Path broken = Files.writeString(directory.resolve("broken"), text, StandardCharsets.ISO_8859_1);
        Files.setPosixFilePermissions(broken, PosixFilePermissions.fromString("rwxr-xr-x"));

        assertThatThrownBy(() -> Program.of(broken.toString()).check()).isInstanceOf(NoSuchFileException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"exec", "spawn"})
    void theJvmLivesOnWhenItCannotBeRun(String way) throws Exception {
        // Among these numbers are those of everything that the JVM has open.
        String all = IntStream.range(3, 23).mapToObj(n -> " pass=file=" + n).collect(Collectors.joining());

        Outcome outcome = probe(way + all, "missing");

        assertThat(outcome.out())
                .startsWith("NoSuchFileException ENOENT missing")
                .endsWith("still here\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"exec", "spawn"})
    void aNumberBeyondTheLimitIsRefused(String way) throws Exception {
        assertThat(probe(way + " pass=file=999999999", "true").out())
                .startsWith("FdStoreException EINVAL fd 999999999: the limit of open files is too low");
    }

    @ParameterizedTest
    @ValueSource(strings = {"exec", "spawn"})
    void aKeptDescriptorMustBeOpen(String way) throws Exception {
        assertThat(probe(way + " keep=4000", "true").out()).startsWith("FdStoreException EBADF fd 4000: not open");
    }

    @ParameterizedTest
    @ValueSource(strings = {"exec", "spawn"})
    void itMayHaveASmallerLimitThanItsDescriptorsNeed(String way) throws Exception {
        Outcome outcome = probe(way + " files=20 pass=file=100", "report");

        assertThat(numbers(outcome)).containsExactly("0", "1", "2", "100");
        assertThat(outcome.lines("limits: Max open files").get(0)).containsPattern("files +20 ");
    }

    @Test
    void whatAFailedReplacementChangedIsPutBack() throws Exception {
        // Then the process runs a child instead, which shows what it is like.
        String settings = " ignored=8000011800 files=20 filter=1";

        assertThat(inherited("failed" + settings)).isEqualTo(inherited("spawned" + settings));
    }

    private static String inherited(String way) throws Exception {
        return probe(way, "report").out();
    }

    @Test
    void theSignalsOfTheCLibraryAreNotLeftIgnored() throws Exception {
        // posix_spawn(3) does that to 32 and 33, and did when it started this JVM.
        String line = probe("spawn", "report").lines("status: SigIgn:").get(0);

        assertThat(Long.parseUnsignedLong(line.split("\t")[1], 16) & 0x180000000L)
                .isZero();
    }

    @Test
    void twoDescriptorsCannotHaveOneNumber() throws Exception {
        try (Fd fd = Fd.open(Path.of("/dev/null"))) {
            Program program = Program.of("true").pass(fd, 3);

            assertThatThrownBy(() -> program.pass(fd, 3)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> program.listen("x", fd)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> program.pass(fd, -1)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void aClosedDescriptorIsRefused() throws Exception {
        Fd fd = Fd.open(Path.of("/dev/null"));
        fd.close();

        assertThatThrownBy(() -> Program.of("true").pass(fd).spawn()).isInstanceOf(ClosedFdException.class);
        assertThatThrownBy(() -> Program.of("true").pass(fd).exec()).isInstanceOf(ClosedFdException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a:b", "\n", "\u00e4"})
    void aNameThatListenFdnamesCannotHoldIsRefused(String name) throws Exception {
        try (Fd fd = Fd.open(Path.of("/dev/null"))) {
            assertThatThrownBy(() -> Program.of("true").listen(name, fd)).hasMessageContaining("LISTEN_FDNAMES");
        }
    }

    @Test
    void whatNoProgramCanHaveIsRefused() {
        assertThatThrownBy(() -> Program.of("")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Program.of("a\0b")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Program.of("true").environment("a=b", ""))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Program.of("true").environment("a", "\0"))
                .isInstanceOf(IllegalArgumentException.class);
    }

    /** In the program, {@code \\_} stands for a space. */
    private static Outcome probe(String settings, String program) throws Exception {
        String file = program.equals("report") && !settings.contains("PATH")
                ? directory.resolve(program).toString()
                : program;
        return processes.run(processes.java(settings + " -- " + file).stream()
                .map(argument -> argument.replace("\\_", " "))
                .toList());
    }

    private static List<String> numbers(Outcome outcome) {
        return outcome.lines("fd: ").stream().map(line -> line.split(" ")[1]).toList();
    }

    private static void script(String name, String text) throws Exception {
        Path script = Files.writeString(directory.resolve(name), text);
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
