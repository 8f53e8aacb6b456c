// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.it;

import static org.assertj.core.api.Assertions.assertThat;

import org.fdstorefs.it.Shell.Outcome;
import org.junit.jupiter.api.Test;

/** The program where scripts do not expect trouble: odd names, closed streams, nothing to write to, low limits. */
class HostileCliIT extends ShellTests {
    @Test
    void aNameMayBeginWithADash() throws Exception {
        assertThat(
                        sh(
                                "fdstore put -- -x <file && fdstore ls && fdstore get -- -x=0 -- cat && fdstore rm -- -x && fdstore ls"))
                .isEqualTo(new Outcome(0, "-x\nhello", ""));
    }

    @Test
    void aNameMayHave255Bytes() throws Exception {
        String name = "n".repeat(255);

        assertThat(sh("fdstore put " + name + " <file && fdstore ls && fdstore get " + name + "=0 -- cat"))
                .isEqualTo(new Outcome(0, name + "\nhello", ""));
    }

    @Test
    void aLongerNameIsRefused() throws Exception {
        Outcome outcome = sh("fdstore put " + "n".repeat(256) + " <file");

        assertThat(outcome.code()).isEqualTo(1);
        assertThat(outcome.err()).contains("255 bytes", "ENAMETOOLONG");
    }

    @Test
    void aNameMayLookLikeAWish() throws Exception {
        assertThat(sh("fdstore put a=3 <file && fdstore get a=3=0 -- cat")).isEqualTo(new Outcome(0, "hello", ""));
    }

    @Test
    void aNameThatIsNoneIsRefused() throws Exception {
        assertThat(sh("fdstore put '' <file").code()).isEqualTo(2);
        assertThat(sh("fdstore put .. <file").code()).isEqualTo(2);
    }

    @Test
    void jsonGivesEveryByteOfAName() throws Exception {
        Outcome outcome = sh("LC_ALL=C fdstore put \"$(printf 'a\\n\\303\\244\\377')\" <file && fdstore ls --json");

        assertThat(outcome.out())
                .startsWith("[{\"name\": \"a\\u000a\\u00e4\\udcff\", \"state\": \"filled\", \"type\": \"regular\"");
    }

    @Test
    void aClosedStandardInputCannotBePut() throws Exception {
        assertThat(sh("fdstore put x <&-"))
                .isEqualTo(new Outcome(1, "", "fdstore: fd 0: not an open descriptor (EBADF from fcntl)\n"));
        assertThat(mounted.store().names()).isEmpty();
    }

    @Test
    void whatNeedsNoInputDoesWithout() throws Exception {
        assertThat(sh("fdstore put --fd 5 x <&- 5<file && fdstore ls <&-")).isEqualTo(new Outcome(0, "x\n", ""));
    }

    @Test
    void aClosedOutputIsAFailureOnlyOfWhatPrints() throws Exception {
        Outcome outcome = sh("""
                fdstore put x <file >&-; echo $?
                exec 5>&1
                fdstore ls >&-; echo $? >&5
                """);

        assertThat(outcome.out()).isEqualTo("0\n1\n");
        assertThat(outcome.err()).startsWith("fdstore: standard output: cannot be written: ");
    }

    @Test
    void closedStreamsStayClosedForTheProgram() throws Exception {
        sh("fdstore put x <file");
        Outcome outcome = sh("fdstore get x=3 -- ls /proc/self/fd 5>&1 >&5 <&- 2>&- 5>&-");

        // The lowest free number is that of the directory which ls reads.
        assertThat(outcome.out().lines()).containsExactly("0", "1", "3");
    }

    @Test
    void everythingClosedIsNoCrash() throws Exception {
        assertThat(sh("fdstore put x <file && fdstore ls <&- >&- 2>&-").code()).isEqualTo(1);
        assertThat(sh("fdstore rm y <&- >&- 2>&-").code()).isEqualTo(3);
    }

    @Test
    void aReaderThatHasSeenEnoughIsNoError() throws Exception {
        sh("fdstore put x <file");

        assertThat(sh("fdstore ls | true").err()).isEmpty();
    }

    @Test
    void aFullDiskIsTold() throws Exception {
        sh("fdstore put x <file");
        Outcome outcome = sh("fdstore ls >/dev/full");

        assertThat(outcome.code()).isEqualTo(1);
        assertThat(outcome.err()).isEqualTo("fdstore: standard output: cannot be written: No space left on device\n");
    }

    @Test
    void noHomeAndNothingToWriteToIsEnough() throws Exception {
        // A mount namespace in which /tmp and the home are read-only, and a user whose home is not there.
        Outcome outcome = sh("""
                unshare --mount sh -c '
                    mount -o remount,bind,ro /tmp && ! touch /tmp/x 2>/dev/null
                    env -u HOME fdstore put x <file && HOME=/missing TMPDIR=/missing fdstore get x=0 -- cat'
                """);

        assertThat(outcome).isEqualTo(new Outcome(0, "hello", ""));
    }

    @Test
    void sixteenDescriptorsAreEnough() throws Exception {
        Outcome outcome = sh("""
                ulimit -n 16
                fdstore put x <file && fdstore ls && fdstore info x >/dev/null && fdstore wait x &&
                    fdstore get x=0 y=1 -- true || fdstore take x=0 -- sh -c 'cat; ulimit -n'
                """);

        assertThat(outcome.out()).isEqualTo("x\nhello16\n");
    }

    @Test
    void anEmptyEnvironmentIsEnough() throws Exception {
        assertThat(
                        sh(
                                "fdstore=$(command -v fdstore); env -i FDSTORE_JAVA=$FDSTORE_JAVA \"$fdstore\" -s $FDSTORE_PATH ls"))
                .isEqualTo(new Outcome(0, "", ""));
    }

    @Test
    void aWorkingDirectoryThatIsGoneIsTold() throws Exception {
        Outcome outcome = sh("mkdir gone && cd gone && rmdir ../gone && fdstore ls");

        assertThat(outcome.code()).isEqualTo(1);
        assertThat(outcome.err()).endsWith("fdstore: the working directory has been removed: cd to another one\n");
    }
}
