// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import org.fdstorefs.FdEntry;
import org.fdstorefs.it.Shell.Outcome;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The commands for entries, and the ways in which put finds a descriptor. */
@Tag("java25")
class CommandsIT extends ShellTests {
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
    void aDirectoryIsRemovedOnlyWhenAsked() throws Exception {
        Outcome outcome = sh("""
                fdstore put set/x <file; echo $?
                fdstore put $FDSTORE_PATH/set/x <file; echo $?
                fdstore put -p set/more/x <file && fdstore put -p $FDSTORE_PATH/set/y/z <file && fdstore ls set
                fdstore rm set; echo $?
                fdstore rm -r set && fdstore ls
                """);

        assertThat(outcome.out()).isEqualTo("3\n3\nmore/\ny/\n1\n");
        assertThat(outcome.err()).contains("put -p makes it", "set: a directory: fdstore rm -r removes it");
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
