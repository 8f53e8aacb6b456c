// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What needs no store; the rest is integration tests. */
class CliTest {
    @TempDir
    Path noStore;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @Test
    void helpTellsAllCommands() {
        assertThat(run("--help")).isZero();
        assertThat(out.toString(UTF_8))
                .contains(
                        "put ",
                        "get, exec ",
                        "take ",
                        "import ",
                        "export ",
                        "ls ",
                        "info ",
                        "mv ",
                        "rm ",
                        "wait ",
                        "mount ",
                        "umount ",
                        "stores ",
                        "drain ",
                        "cdi ",
                        "doctor ",
                        "help ",
                        "Exit codes:");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "put", "get", "take", "import", "export", "ls", "info", "mv", "rm", "wait", "mount", "umount", "stores",
                "drain", "cdi", "doctor", "help"
            })
    void everyCommandHasHelp(String command) {
        assertThat(run(command, "--help")).isZero();
        String help = out.toString(UTF_8);
        assertThat(help).contains("Usage: fdstore " + command).contains("--store=DIR");

        out.reset();
        assertThat(run("help", command)).isZero();
        assertThat(out.toString(UTF_8)).isEqualTo(help);
    }

    @Test
    void helpWarnsOfTheMvThatClosesWhatItMoves() {
        assertThat(run("--help")).isZero();
        assertThat(out.toString(UTF_8).replaceAll("\\s+", " "))
                .contains("mv out of a store writes a description of the entry to the destination, and closes what"
                        + " it held: fdstore mv moves it to another store.");

        out.reset();
        assertThat(run("mv", "--help")).isZero();
        assertThat(out.toString(UTF_8).replaceAll("\\s+", " "))
                .contains(
                        "The system's mv does the same within a store, and only there.",
                        "removes the entry, which closes what it held.");
    }

    @Test
    void helpOfNoCommandIsThatOfAll() {
        assertThat(run("help")).isZero();
        assertThat(out.toString(UTF_8)).startsWith("Keep open files").contains("Exit codes:");
    }

    @Test
    void helpOfACommandThatIsNotThereIsWrongUsage() {
        assertThat(run("help", "steal")).isEqualTo(ExitCode.USAGE);
        assertThat(err.toString(UTF_8)).startsWith("fdstore: no such command: steal\n");
    }

    @Test
    void helpOfAnotherNameOfACommandIsThatOfTheCommand() {
        assertThat(run("help", "exec")).isZero();
        assertThat(out.toString(UTF_8)).contains("Usage: fdstore get");
    }

    @Test
    void versionTellsTheName() {
        assertThat(run("--version")).isZero();
        assertThat(out.toString(UTF_8)).startsWith("fdstore ");
    }

    @Test
    void aCommandIsNeeded() {
        assertThat(run()).isEqualTo(ExitCode.USAGE);
        assertThat(err.toString(UTF_8)).startsWith("fdstore: a command is missing\n");
    }

    @Test
    void anUnknownCommandIsWrongUsage() {
        assertThat(run("steal", "x")).isEqualTo(ExitCode.USAGE);
        assertThat(err.toString(UTF_8)).isEqualTo("fdstore: no such command: steal\nTry 'fdstore --help'.\n");
    }

    @Test
    void anUnknownOptionIsWrongUsage() {
        assertThat(run("ls", "--colour")).isEqualTo(ExitCode.USAGE);
        assertThat(err.toString(UTF_8)).contains("Unknown option: '--colour'").contains("'fdstore ls --help'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"put", "import", "info", "rm", "wait"})
    void aNameIsNeeded(String command) {
        assertThat(run(command)).isEqualTo(ExitCode.USAGE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"get", "take", "export"})
    void wrongUsageIsNotMistakenForTheExitCodeOfTheProgram(String command) {
        assertThat(run(command, "x")).isEqualTo(ExitCode.EXEC_FAILED);
        assertThat(err.toString(UTF_8)).startsWith("fdstore: a program is missing: " + command);
    }

    @Test
    void execIsAnotherNameOfGet() {
        assertThat(run("exec", "x")).isEqualTo(ExitCode.EXEC_FAILED);
        assertThat(err.toString(UTF_8)).startsWith("fdstore: a program is missing");
        assertThat(run("--help")).isZero();
        assertThat(out.toString(UTF_8)).contains("get, exec ");
    }

    @Test
    void aNameThatListenFdnamesCannotHoldNeedsAnother() {
        assertThat(run("get", "--listen-fds", "a:b", "--", "true")).isEqualTo(ExitCode.EXEC_FAILED);
        assertThat(err.toString(UTF_8)).startsWith("fdstore: a:b: not a name for LISTEN_FDNAMES");
    }

    @Test
    void whatWasNotPassedCannotBeImported() {
        assertThat(run("import", "x")).isEqualTo(ExitCode.FAILED);
        assertThat(err.toString(UTF_8)).startsWith("fdstore: LISTEN_PID is not set");
    }

    @Test
    void anImportBeforeAProgramFailsAsTheProgramDoesNot() {
        assertThat(run("import", "x", "--", "true")).isEqualTo(ExitCode.EXEC_FAILED);
        assertThat(run("import", "x", "y", "--", "true")).isEqualTo(ExitCode.EXEC_FAILED);
    }

    @Test
    void twoDescriptorsCannotHaveOneNumber() {
        assertThat(run("get", "a=3", "b=3", "--", "true")).isEqualTo(ExitCode.EXEC_FAILED);
        assertThat(err.toString(UTF_8)).startsWith("fdstore: two names for the descriptor 3\n");
    }

    @Test
    void aNumberThatNoDescriptorCanHaveIsRefused() {
        assertThat(run("get", "a=99999999999", "--", "true")).isEqualTo(ExitCode.EXEC_FAILED);
        assertThat(err.toString(UTF_8)).startsWith("fdstore: too large for the number of a descriptor: 99999999999\n");
    }

    @Test
    void aFileToOpenThatIsMissingIsNoMissingEntry() {
        assertThat(run("-s", noStore.toString(), "put", "--open", noStore + "/missing", "x"))
                .isEqualTo(ExitCode.FAILED);
        assertThat(err.toString(UTF_8)).startsWith("fdstore: --open: " + noStore + "/missing: no such file");
    }

    @Test
    void aMountThatFailsLeavesNoDirectory() {
        Path target = noStore.resolve("new");

        assertThat(run("-s", target.toString(), "mount", "--max", "0")).isNotZero();
        assertThat(target).doesNotExist();
    }

    @Test
    void aPathThatCannotBeExpressedIsNotTakenForAnother() {
        assertThat(run("-s", noStore + "/\udcff", "mount")).isEqualTo(ExitCode.USAGE);
        assertThat(err.toString(UTF_8)).contains("LC_ALL=C.UTF-8");
        assertThat(noStore).isEmptyDirectory();
    }

    @Test
    void optionsOfTheProgramAreItsOwn() {
        run("get", "-s", noStore.toString(), "x", "--", "program", "--unknown", "--", "--help");

        assertThat(err.toString(UTF_8)).startsWith("fdstore: no store at");
    }

    @Test
    void aDirectoryOfAnotherFilesystemIsNoStore() {
        assertThat(run("-s", noStore.toString(), "ls")).isEqualTo(ExitCode.NO_STORE);
        assertThat(err.toString(UTF_8)).contains("no store at " + noStore + ", which is in another filesystem");
    }

    @Test
    void aMissingDirectoryIsNoStore() {
        assertThat(run("ls", "-s", noStore + "/missing")).isEqualTo(ExitCode.NO_STORE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"-s%s ls", "--store=%s ls", "--store %s ls", "ls -s %s", "ls --store=%s"})
    void theStoreIsNamedBeforeOrBehindTheCommand(String line) {
        assertThat(run(line.formatted(noStore).split(" "))).isEqualTo(ExitCode.NO_STORE);
        assertThat(err.toString(UTF_8)).contains("no store at " + noStore);
    }

    @ParameterizedTest
    @ValueSource(strings = {"get", "take"})
    void aMissingStoreIsNotMistakenForTheExitCodeOfTheProgram(String command) {
        assertThat(run("-s", noStore.toString(), command, "x", "--", "true")).isEqualTo(ExitCode.EXEC_FAILED);
    }

    @Test
    void anArgumentThatBeginsWithAnAtSignIsNoFile() {
        assertThat(run("-s", noStore.toString(), "rm", "@" + noStore)).isEqualTo(ExitCode.NO_STORE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "put --fd 1 --open /dev/null x",
                "put --pid 1 x",
                "put --pid-fd 1 x",
                "put --access rw x",
                "put --open /dev/null --access x x",
                "wait -t -1 x",
                "wait -t 1e30 x",
                "wait -t soon x",
                "wait -t abc x",
                "put --fd x x",
                "put --pid x --pid-fd 1 x",
                "put --remove x",
                "put --expire 0 x",
                "put --expire soon x",
                "put --expire 1 --anchor-pid 1 x",
                "rm",
                "rm -r --empty",
                "mv x",
                "drain",
                "mount --max 0",
                "mount --max 4294967296",
                "mount --max x",
                "mount --max-user 0",
                "mount --mode 9",
                "mount --mode 9999",
                "mount --mode 77777",
                "mount --uid -1",
                "mount --uid no-such-user",
                "mount --gid 4294967295",
                "mount --gid no-such-group",
                "mount --over --if-absent",
                "mount --anchor-fd 0 --anchor-pid 1",
                "mount /elsewhere",
                "umount /elsewhere",
            })
    void optionsThatMakeNoSenseAreWrongUsage(String line) {
        assertThat(run(("-s " + noStore + " " + line).split(" "))).isEqualTo(ExitCode.USAGE);
    }

    @Test
    void whatIsNoNumberIsToldInPlainWords() {
        run("wait", "-t", "abc", "x");
        assertThat(err.toString(UTF_8))
                .contains("--timeout", "not a number: 'abc'")
                .doesNotContain("java", "Big");

        err.reset();
        run("put", "--fd", "root", "x");
        assertThat(err.toString(UTF_8))
                .contains("--fd", "not a whole number: 'root'")
                .doesNotContain("java", "int");
    }

    @Test
    void aUserThatIsNotThereIsNamed() {
        run("mount", "--uid", "no-such-user", noStore.toString());
        assertThat(err.toString(UTF_8)).startsWith("fdstore: --uid: there is no user of that name: no-such-user\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ls", "mount", "umount", "put x", "rm x", "doctor"})
    void aStoreWithoutANameIsWrongUsage(String line) {
        List<String> args = new ArrayList<>(List.of("-s", ""));
        args.addAll(List.of(line.split(" ")));

        assertThat(run(args.toArray(String[]::new))).isEqualTo(ExitCode.USAGE);
        assertThat(err.toString(UTF_8)).startsWith("fdstore: the name of the store is empty");
    }

    @Test
    void aStoreWithoutANameIsNotMistakenForTheExitCodeOfTheProgram() {
        assertThat(run("-s", "", "get", "x", "--", "true")).isEqualTo(ExitCode.EXEC_FAILED);
    }

    @Test
    void whereThereIsNoStoreTheDoctorIsNamed() {
        run("-s", noStore.toString(), "ls");
        assertThat(err.toString(UTF_8)).contains("fdstore doctor");
    }

    @Test
    void nothingIsTakenForAProgramThatIsMissing() {
        assertThat(run("-s", noStore.toString(), "take", "x", "--", "/missing")).isEqualTo(ExitCode.EXEC_NOT_FOUND);
        assertThat(run("-s", noStore.toString(), "take", "x", "--", noStore.toString()))
                .isEqualTo(ExitCode.EXEC_NOT_EXECUTABLE);
    }

    @Test
    void umountTakesTheDirectoryAsAnArgument() {
        assertThat(run("umount", noStore.toString())).isEqualTo(ExitCode.NO_STORE);
        assertThat(err.toString(UTF_8)).contains("no store at " + noStore);
    }

    @Test
    void errorsAreJsonWhenAsked() {
        assertThat(run("--json", "-s", noStore.toString(), "ls")).isEqualTo(ExitCode.NO_STORE);
        assertThat(err.toString(UTF_8))
                .startsWith("{\"error\": {\"message\": \"no store at")
                .endsWith("}}\n");
    }

    @Test
    void umountLeavesOtherFilesystemsAlone() {
        assertThat(run("-s", noStore.toString(), "umount")).isEqualTo(ExitCode.NO_STORE);
    }

    @Test
    void theDoctorTellsWhatToDo() {
        assertThat(run("-s", noStore.toString(), "doctor")).isEqualTo(ExitCode.FAILED);
        assertThat(out.toString(UTF_8)).contains("problem   store").contains("-> as root: fdstore mount -s " + noStore);
    }

    @Test
    void theDoctorSpeaksJson() {
        run("-s", noStore.toString(), "doctor", "--json");

        assertThat(out.toString(UTF_8))
                .startsWith("[{\"part\": \"kernel\"")
                .contains("\"part\": \"store\", \"ok\": false");
    }

    private int run(String... args) {
        Launch launch = new Launch(Optional.of(Set.of(0, 1, 2)), 0, 0);
        return new Cli(launch, new Output(out), new PrintStream(err, true, UTF_8)).run(List.of(args));
    }
}
