// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.fdstorefs.FdEntry;
import org.fdstorefs.it.Shell.Outcome;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The commands that administer a store, and the ways in which put finds a descriptor. */
@Tag("program")
@Tag("java25")
class CommandsIT {
    @RegisterExtension
    final MountedStore mounted = new MountedStore();

    @TempDir
    Path directory;

    @BeforeEach
    void makeFile() throws IOException {
        Files.writeString(directory.resolve("file"), "hello");
    }

    private Outcome sh(String script) throws Exception {
        return new Shell(directory, mounted.directory()).run(script);
    }

    @Test
    void aStoreIsMountedAndUnmounted() throws Exception {
        Outcome outcome = sh("""
                export FDSTORE_PATH=$PWD/new
                fdstore mount --mode 0750 --max 5 --source mine && stat -c %a new && fdstore ls && grep $PWD/new /proc/mounts
                fdstore umount && fdstore ls; echo $?
                """);

        assertThat(outcome.out())
                .startsWith("750\nmine " + directory + "/new fdstorefs ")
                .contains("mode=750", "max=5")
                .endsWith("\n6\n");
    }

    @Test
    void aBadMountOptionIsExplained() throws Exception {
        Outcome outcome = sh("fdstore -s $PWD/new mount --max 0; echo $?; fdstore -s $PWD/file mount");

        assertThat(outcome.out()).isEqualTo("1\n");
        assertThat(outcome.err()).contains("max");
    }

    @Test
    void aStoreInUseIsNotUnmountedButDrained() throws Exception {
        Outcome outcome = sh("""
                export FDSTORE_PATH=$PWD/new
                fdstore mount && fdstore put x <file
                exec 9<new
                fdstore umount; echo $?
                fdstore info x --json
                fdstore umount --force; echo $?
                fdstore info x --json
                exec 9<&-
                fdstore umount; echo $?
                """);

        assertThat(outcome.out()).containsPattern("^1\n\\{.*filled.*\n1\n\\{.*\"empty\".*\n0\n$");
        assertThat(outcome.err()).contains("in use");
    }

    @Test
    void aStoreEndsWithItsAnchor() throws Exception {
        Outcome outcome = sh("""
                export FDSTORE_PATH=$PWD/new
                sleep 1000 & anchor=$!
                fdstore mount --anchor-pid $anchor && fdstore put x <file
                kill $anchor
                fdstore wait --empty -t 60 x && fdstore put y <file; echo $?
                fdstore umount
                """);

        assertThat(outcome.out()).isEqualTo("1\n");
        assertThat(outcome.err()).contains("sealed");
    }

    @Test
    void putOpensAFile() throws Exception {
        sh("fdstore put --open /dev/zero --access rw x");

        assertThat(mounted.store().info("x").stored().orElseThrow().access().word())
                .isEqualTo("rw");
    }

    @Test
    void putTakesADescriptorOfAnotherProcess() throws Exception {
        Outcome outcome = sh("""
                sleep 1000 7<file & pid=$!
                until [ -e /proc/$pid/fd/7 ]; do :; done
                fdstore put --pid $pid --pid-fd 7 x && kill -9 $pid
                fdstore get x=0 -- cat
                """);

        assertThat(outcome.out()).isEqualTo("hello");
    }

    @Test
    void aProcessThatIsNotThereHasNoDescriptors() throws Exception {
        assertThat(sh("fdstore put --pid 99999999 --pid-fd 7 x").err())
                .isEqualTo("fdstore: process 99999999: there is no such process (ESRCH from pidfd_open)\n");
    }

    @Test
    void anEntryEndsWithItsAnchor() throws Exception {
        Outcome outcome = sh("""
                sleep 1000 & anchor=$!
                fdstore put --anchor-pid $anchor x <file && fdstore info x --json
                kill $anchor
                fdstore wait --empty -t 60 x && fdstore info x --json
                """);

        assertThat(outcome.out()).containsPattern("\"filled\".*\n.*\"empty\"");
    }

    @Test
    void anEntryIsEmptiedWhenItsPeerIsGone() throws Exception {
        Outcome outcome = sh("""
                mkfifo pipe
                cat pipe >/dev/null & reader=$!
                fdstore put --fd 5 --hangup x 5>pipe && fdstore info x --json
                kill -9 $reader
                fdstore wait --empty -t 60 x && fdstore info x --json
                """);

        assertThat(outcome.out()).containsPattern("\"filled\".*\n.*\"empty\"");
    }

    @Test
    void waitEndsWhenTheEntryIsFilled() throws Exception {
        Outcome outcome = sh("""
                (fdstore wait -t 60 x && fdstore get x=0 -- cat) &
                fdstore put x <file
                wait $!
                """);

        assertThat(outcome).isEqualTo(new Outcome(0, "hello", ""));
    }

    @Test
    void waitGivesUp() throws Exception {
        assertThat(sh("fdstore wait -t 0 x"))
                .isEqualTo(new Outcome(7, "", "fdstore: " + mounted.path("x") + ": not filled after 0 seconds\n"));
    }

    @Test
    void infoSpeaksJson() throws Exception {
        sh("fdstore put x <file");

        assertThat(sh("fdstore info --json x").out())
                .containsPattern("^\\{\"name\": \"x\", \"state\": \"filled\", \"type\": \"regular\", \"access\": \"r\","
                        + " \"flags\": [0-9]+, \"device\": \"[0-9:]+\", \"inode\": [0-9]+, \"put_time\": \"20[^\"]+Z\","
                        + " \"hangup\": false, \"peer\": false, \"remove\": false, \"anchor\": null}\n$");
    }

    @Test
    void errorsAreJsonToo() throws Exception {
        assertThat(sh("fdstore --json info x").err())
                .contains("\"file\": \"" + mounted.path("x") + "\", \"errno\": \"ENOENT\", \"call\": \"openat\"");
    }

    @Test
    void directoriesAreListedLast() throws Exception {
        Files.createDirectory(mounted.path("a"));
        sh("fdstore put x <file");

        assertThat(sh("fdstore ls").out()).isEqualTo("x\na/\n");
        assertThat(sh("fdstore ls a && fdstore put a/y <file && fdstore ls a").out())
                .isEqualTo("y\n");
        assertThat(sh("fdstore ls --json").out()).endsWith(", {\"name\": \"a\", \"state\": \"directory\"}]\n");
    }

    @Test
    void rmOfWhatIsNotThereCanBeForced() throws Exception {
        assertThat(sh("fdstore rm -f x")).isEqualTo(new Outcome(0, "", ""));
    }

    @Test
    void theDoctorFindsNothingWrong() throws Exception {
        Outcome outcome = sh("fdstore doctor");

        assertThat(outcome.out())
                .contains("ok        module   fdstorefs is loaded\n", "ok        version", "ok        put ");
        assertThat(outcome.code()).isZero();
        assertThat(mounted.store().names()).isEmpty();
        assertThat(mounted.store().children()).isEmpty();
    }

    @Test
    void theDoctorTellsWhoMayNotPut() throws Exception {
        Outcome outcome = sh("setpriv --reuid=65534 --regid=65534 --clear-groups fdstore doctor");

        assertThat(outcome.code()).isEqualTo(1);
        assertThat(outcome.out())
                .contains("problem   put", "-> have its owner allow it: chmod or setfacl on " + mounted.directory());
    }

    @Test
    void verbosityTellsTheSteps() throws Exception {
        Outcome outcome = sh("fdstore -v put x <file");

        assertThat(outcome.code()).isZero();
        assertThat(outcome.err())
                .containsPattern("^fdstore: [0-9:.]+ put fd [0-9]+ into x of " + mounted.directory() + "\n$");
        assertThat(mounted.store().info("x").state()).isEqualTo(FdEntry.State.FILLED);
    }
}
