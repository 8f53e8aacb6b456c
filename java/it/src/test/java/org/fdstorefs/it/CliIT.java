// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.it;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The program from a shell, as it is installed. */
class CliIT {
    @RegisterExtension
    final MountedStore mounted = new MountedStore();

    @TempDir
    Path directory;

    /** The exit code, and the output byte by byte. */
    private record Outcome(int code, String out, String err) {}

    @BeforeEach
    void makeFile() throws IOException {
        Files.writeString(directory.resolve("file"), "hello");
    }

    @Test
    void whatOneProgramPutsAnotherGets() throws Exception {
        assertThat(sh("fdstore put x <file && fdstore get x=0 -- cat")).isEqualTo(new Outcome(0, "hello", ""));
    }

    @Test
    void theOpenFileIsOneForAllProgramsThatGetIt() throws Exception {
        Outcome outcome = sh(
                """
                fdstore put x <file
                fdstore get x=0 -- dd bs=1 count=1 status=none
                fdstore get x=0 -- cat
                """);

        assertThat(outcome).isEqualTo(new Outcome(0, "hello", ""));
    }

    @Test
    void anyDescriptorCanBePut() throws Exception {
        assertThat(sh("fdstore put --fd 5 x 5<file && fdstore get x -- sh -c 'cat <&3'").out()).isEqualTo("hello");
    }

    @Test
    void aDescriptorOfTheJvmCannotBePut() throws Exception {
        Outcome outcome = sh("for n in 3 4 5 6; do fdstore put --fd $n x; echo $?; done");

        assertThat(outcome.out()).isEqualTo("1\n1\n1\n1\n");
        assertThat(outcome.err()).startsWith("fdstore: fd 3: not an open descriptor");
        assertThat(mounted.store().names()).isEmpty();
    }

    @Test
    void aFilledEntryIsReplacedOnlyWhenAsked() throws Exception {
        Outcome outcome = sh(
                """
                fdstore put x </dev/null
                fdstore put x <file; echo $?
                fdstore put --replace x <file; echo $?
                fdstore get x=0 -- cat
                """);

        assertThat(outcome.out()).isEqualTo("4\n0\nhello");
        assertThat(outcome.err()).contains("replace");
    }

    @Test
    void theProgramHasNoOtherDescriptors() throws Exception {
        Outcome outcome = sh(
                """
                fdstore put x <file
                exec 9</dev/null
                fdstore get x -- sh -c 'for f in /proc/$$/fd/*; do [ -e $f ] && echo ${f##*/}; done'
                """);

        assertThat(outcome.out().lines()).containsExactly("0", "1", "2", "3", "9");
    }

    @Test
    void oneProgramGetsWhatManyEntriesHold() throws Exception {
        Outcome outcome = sh(
                """
                echo world >other
                fdstore put a <file
                fdstore put b <other
                fdstore get a b=7 -- sh -c 'cat <&3; cat <&7'
                """);

        assertThat(outcome.out()).isEqualTo("helloworld\n");
    }

    @Test
    void aProgramThatIsFdstoreKeepsWhatItWasGiven() throws Exception {
        Outcome outcome = sh(
                """
                fdstore put a <file
                fdstore put b </dev/null
                fdstore get a=8 -- fdstore get b=4 -- sh -c 'cat <&8; cat <&4'
                """);

        assertThat(outcome).isEqualTo(new Outcome(0, "hello", ""));
    }

    @Test
    void theExitCodeOfGetIsThatOfTheProgram() throws Exception {
        Outcome outcome = sh(
                """
                fdstore put x <file
                fdstore get x -- sh -c 'exit 42'; echo $?
                fdstore get x -- sh -c 'kill -TERM $$'; echo $?
                fdstore get x -- ./missing; echo $?
                fdstore get x -- ./file; echo $?
                fdstore get y -- true; echo $?
                """);

        assertThat(outcome.out()).isEqualTo("42\n143\n127\n126\n125\n");
    }

    @Test
    void takeLeavesAnEmptyEntry() throws Exception {
        Outcome outcome = sh(
                """
                fdstore put x <file
                fdstore take x=0 -- cat
                fdstore take x=0 -- cat; echo " $?"
                fdstore ls
                """);

        assertThat(outcome.out()).isEqualTo("hello 125\nx\n");
        assertThat(outcome.err()).contains("the entry is empty");
    }

    @Test
    void whatWasTakenIsPutBackWhenTheProgramCannotRun() throws Exception {
        Outcome outcome = sh(
                """
                fdstore put x <file
                fdstore take x -- ./missing; echo $?
                fdstore take x y -- cat; echo $?
                fdstore take x=0 -- cat
                """);

        assertThat(outcome.out()).isEqualTo("127\n125\nhello");
    }

    @Test
    void lsListsTheNames() throws Exception {
        assertThat(sh("fdstore put b <file; fdstore put a <file; fdstore ls")).isEqualTo(new Outcome(0, "a\nb\n", ""));
    }

    @Test
    void lsTellsWhatIsStored() throws Exception {
        Outcome outcome = sh("fdstore put a <file; fdstore put b 0<>/dev/null; >\"$FDSTORE_PATH\"/c; fdstore ls -l");

        assertThat(outcome.out().lines().map(line -> line.split(" {2,}")[0])).containsExactly("filled", "filled", "empty");
        assertThat(outcome.out())
                .containsPattern("(?m)^filled +r +regular +[0-9]+:[0-9]+ +[0-9]+ +20[0-9T:-]+Z +a$")
                .containsPattern("(?m)^filled +rw +character device +.* +b$")
                .containsPattern("(?m)^empty +- +- +- +- +- +c$");
    }

    @Test
    void infoTellsWhatIsStored() throws Exception {
        Outcome outcome = sh("fdstore put x <file; fdstore info x; fdstore info y; echo $?");

        assertThat(outcome.out())
                .startsWith("name:   x\nstate:  filled\ntype:   regular\naccess: r\nflags:  0")
                .endsWith("3\n");
    }

    @Test
    void rmRemovesWhatIsThere() throws Exception {
        Outcome outcome = sh("fdstore put x <file; fdstore rm y x; echo $?; fdstore ls");

        assertThat(outcome.out()).isEqualTo("3\n");
        assertThat(outcome.err()).isEqualTo("fdstore: " + mounted.path("y") + ": no such entry\n");
    }

    @Test
    void aUserWithoutPermissionIsToldSo() throws Exception {
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        Outcome outcome = sh(
                """
                fdstore put x <file
                as() { setpriv --reuid=65534 --regid=65534 --clear-groups "$@"; }
                as "$(command -v fdstore)" put y <file; echo $?
                as "$(command -v fdstore)" info x; echo $?
                as "$(command -v fdstore)" ls -l
                chmod 644 "$FDSTORE_PATH"/x
                as "$(command -v fdstore)" get x=0 -- cat
                """);

        assertThat(outcome.out()).containsPattern("^5\n5\nunreadable .* x\nhello$");
        assertThat(outcome.err()).contains("permissions of the directory").contains("permissions of the entry");
    }

    @Test
    void namesAreBytesInEveryLocale() throws Exception {
        for (String locale : new String[] {"C", "C.UTF-8"}) {
            Outcome outcome = sh(
                    """
                    name=$(printf 'k\\303\\244se\\n\\377')
                    fdstore put "$name" <file
                    fdstore ls
                    fdstore get "$name"=0 -- sh -c 'cat; printf %s "$1"' sh "$name"
                    fdstore rm "$name"
                    """,
                    Map.of("LC_ALL", locale));

            assertThat(outcome)
                    .isEqualTo(new Outcome(0, "k\303\244se\\012\\377\n" + "hello" + "k\303\244se\n\377", ""));
        }
    }

    @Test
    void outputThatNobodyReadsIsAFailure() throws Exception {
        assertThat(sh("fdstore put x <file; fdstore ls >/dev/full; echo $?").out()).isEqualTo("1\n");
    }

    private Outcome sh(String script) throws Exception {
        return sh(script, Map.of());
    }

    /** Runs a script in the directory of the file, with fdstore in the PATH and the store in its variable. */
    private Outcome sh(String script, Map<String, String> environment) throws Exception {
        Path scriptFile = Files.writeString(directory.resolve("script"), script);
        ProcessBuilder builder = new ProcessBuilder("sh", scriptFile.toString())
                .directory(directory.toFile())
                .redirectError(directory.resolve("err").toFile());
        builder.environment().putAll(environment);
        builder.environment().put("FDSTORE_PATH", mounted.directory().toString());
        builder.environment().merge("PATH", program().toString(), (path, bin) -> bin + ":" + path);
        Process process = builder.start();
        process.getOutputStream().close();
        String out = new String(process.getInputStream().readAllBytes(), ISO_8859_1);
        return new Outcome(process.waitFor(), out, Files.readString(directory.resolve("err"), ISO_8859_1));
    }

    /** The directory of the program, which the build puts beside the jar of this class. */
    private static Path program() throws URISyntaxException {
        Path jar = Path.of(CliIT.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        return jar.resolveSibling("fdstore").resolve("bin");
    }
}
