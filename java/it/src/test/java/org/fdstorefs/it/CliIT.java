// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.it;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermissions;
import org.fdstorefs.Fd;
import org.fdstorefs.FdEntry;
import org.fdstorefs.it.Shell.Outcome;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The program from a shell, as it is installed. */
@Tag("java25")
class CliIT extends ShellTests {
    @Test
    void whatOneProgramPutsAnotherGets() throws Exception {
        assertThat(sh("fdstore put x <file && fdstore get x=0 -- cat")).isEqualTo(new Outcome(0, "hello", ""));
    }

    @Test
    void theOpenFileIsOneForAllProgramsThatGetIt() throws Exception {
        put("x", "file");
        Outcome outcome = sh("""
                fdstore get x=0 -- dd bs=1 count=1 status=none
                fdstore get x=0 -- cat
                """);

        assertThat(outcome).isEqualTo(new Outcome(0, "hello", ""));
    }

    @Test
    void anyDescriptorCanBePut() throws Exception {
        sh("fdstore put --fd 5 x 5<file");

        try (InputStream in = mounted.store().get("x").newInputStream()) {
            assertThat(in.readAllBytes()).asString(ISO_8859_1).isEqualTo("hello");
        }
    }

    @Test
    void aDescriptorOfTheJvmCannotBePut() throws Exception {
        // Any JVM has its modules or its jar open at that number.
        assertThat(sh("fdstore put --fd 4 x"))
                .isEqualTo(new Outcome(1, "", "fdstore: fd 4: not an open descriptor (EBADF from fcntl)\n"));
        assertThat(mounted.store().names()).isEmpty();
    }

    @Test
    void aFilledEntryIsReplacedOnlyWhenAsked() throws Exception {
        put("x", "/dev/null");
        Outcome outcome = sh("""
                fdstore put x <file; echo $?
                fdstore put --replace x <file; echo $?
                fdstore get x=0 -- cat
                """);

        assertThat(outcome.out()).isEqualTo("4\n0\nhello");
        assertThat(outcome.err()).contains("replace");
    }

    @Test
    void theProgramHasNoOtherDescriptors() throws Exception {
        put("x", "file");
        Outcome outcome = sh("""
                exec 9</dev/null
                fdstore get x -- sh -c 'for f in /proc/$$/fd/*; do [ -e $f ] && echo ${f##*/}; done'
                """);

        assertThat(outcome.out().lines()).containsExactly("0", "1", "2", "3", "9");
    }

    @Test
    void noDescriptorThatIsOpenIsReplacedUnlessAsked() throws Exception {
        put("x", "file");
        Outcome outcome = sh("""
                touch somebodys
                fdstore get x -- readlink /proc/self/fd/3 /proc/self/fd/4 3<somebodys
                fdstore get x=3 -- readlink /proc/self/fd/3 3<somebodys
                """);

        assertThat(outcome.out()).isEqualTo("%1$s/somebodys\n%1$s/file\n%1$s/file\n".formatted(directory.toRealPath()));
    }

    @Test
    void oneProgramGetsWhatManyEntriesHold() throws Exception {
        Files.writeString(directory.resolve("other"), " world");
        put("a", "file");
        put("b", "other");

        assertThat(sh("fdstore get a b=7 -- sh -c 'cat <&3; cat <&7'")).isEqualTo(new Outcome(0, "hello world", ""));
    }

    @Test
    void aProgramThatIsFdstoreKeepsWhatItWasGiven() throws Exception {
        put("a", "file");
        put("b", "/dev/null");

        assertThat(sh("fdstore get a=8 -- fdstore get b=4 -- sh -c 'cat <&8; cat <&4'"))
                .isEqualTo(new Outcome(0, "hello", ""));
    }

    @Test
    void theExitCodeOfGetIsThatOfTheProgram() throws Exception {
        put("x", "file");
        Outcome outcome = sh("""
                fdstore get x -- sh -c 'exit 42'; echo $?
                fdstore get y -- true; echo $?
                """);

        assertThat(outcome.out()).isEqualTo("42\n125\n");
    }

    @Test
    void takeLeavesAnEmptyEntry() throws Exception {
        put("x", "file");
        Outcome outcome = sh("""
                fdstore take x=0 -- cat
                fdstore take x=0 -- cat; echo " $?"
                """);

        assertThat(outcome.out()).isEqualTo("hello 125\n");
        assertThat(outcome.err()).contains("the entry is empty");
        assertThat(mounted.store().info("x").state()).isEqualTo(FdEntry.State.EMPTY);
    }

    @Test
    void whatWasTakenIsPutBackWhenTheProgramCannotRun() throws Exception {
        put("x", "file");

        assertThat(sh("fdstore take x -- ./missing").code()).isEqualTo(127);

        assertThat(mounted.store().info("x").state()).isEqualTo(FdEntry.State.FILLED);
    }

    @Test
    void whatWasTakenIsPutBackWhenMoreCannotBe() throws Exception {
        put("x", "file");

        assertThat(sh("fdstore take x y -- cat").code()).isEqualTo(125);

        assertThat(mounted.store().info("x").state()).isEqualTo(FdEntry.State.FILLED);
    }

    @Test
    void lsListsTheNames() throws Exception {
        put("b", "file");
        put("a", "file");

        assertThat(sh("fdstore ls")).isEqualTo(new Outcome(0, "a\nb\n", ""));
    }

    @Test
    void lsTellsWhatIsStored() throws Exception {
        put("a", "file");
        put("b", "/dev/null");
        Files.createFile(mounted.path("c"));

        assertThat(sh("fdstore ls -l").out())
                .containsPattern("^filled +r +regular +[0-9]+:[0-9]+ +[0-9]+ +20[0-9T:-]+Z +a\n")
                .containsPattern("\nfilled +r +character device +.* +b\n")
                .containsPattern("\nempty +- +- +- +- +- +c\n$");
    }

    @Test
    void infoTellsWhatIsStored() throws Exception {
        put("x", "file");

        assertThat(sh("fdstore info x").out())
                .startsWith("name:   x\nstate:  filled\ntype:   regular\naccess: r\nflags:  0");
    }

    @Test
    void infoOfANameThatIsNotThereFails() throws Exception {
        assertThat(sh("fdstore info x").code()).isEqualTo(3);
    }

    @Test
    void rmRemovesWhatIsThere() throws Exception {
        put("x", "file");

        assertThat(sh("fdstore rm y x"))
                .isEqualTo(new Outcome(3, "", "fdstore: " + mounted.path("y") + ": no such entry\n"));
        assertThat(mounted.store().names()).isEmpty();
    }

    @Test
    void aUserWithoutPermissionIsToldSo() throws Exception {
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        put("x", "file");
        Outcome outcome = sh("""
                as() { setpriv --reuid=65534 --regid=65534 --clear-groups "$@"; }
                as fdstore put y <file; echo $?
                as fdstore info x; echo $?
                as fdstore ls -l
                chmod 644 "$FDSTORE_PATH"/x
                as fdstore get x=0 -- cat
                """);

        assertThat(outcome.out()).containsPattern("^5\n5\nunreadable .* x\nhello$");
        assertThat(outcome.err()).contains("permissions of the directory").contains("permissions of the entry");
    }

    @Test
    void namesAreBytesWhateverTheLocale() throws Exception {
        Outcome outcome = sh("""
                export LC_ALL=C
                name=$(printf 'k\\303\\244se\\n\\377')
                fdstore put "$name" <file
                fdstore ls
                fdstore get "$name"=0 -- sh -c 'cat; printf %s "$1"' sh "$name"
                """);

        assertThat(outcome).isEqualTo(new Outcome(0, "k\303\244se\\012\\377\n" + "hello" + "k\303\244se\n\377", ""));
        assertThat(mounted.store().names()).containsExactly("k\u00e4se\n\udcff");
    }

    private void put(String name, String path) throws IOException {
        try (Fd file = Fd.open(directory.resolve(path))) {
            mounted.store().put(name, file);
        }
    }
}
