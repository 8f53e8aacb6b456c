// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.it;

import static org.assertj.core.api.Assertions.assertThat;

import org.fdstorefs.it.Shell.Outcome;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The commands that administer stores. */
@Tag("java25")
@Tag("long")
class AdministrationIT extends ShellTests {
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

        assertThat(outcome.out()).isEqualTo("2\n");
        assertThat(outcome.err()).contains("max");
    }

    @Test
    void aStoreIsNotHiddenByAnotherUnlessAsked() throws Exception {
        Outcome outcome = sh("""
                fdstore put x <file
                fdstore mount; echo $?
                fdstore mount "$FDSTORE_PATH"; echo $?
                fdstore mount --if-absent --max 5; echo $?
                fdstore ls
                fdstore mount --over; echo $?
                fdstore ls
                fdstore doctor | grep hidden
                fdstore umount
                fdstore ls && fdstore doctor | grep -c hidden
                """);

        assertThat(outcome.out())
                .matches("4\n4\n0\nx\n0\n"
                        + "problem +hidden +store [0-9:]+ at " + mounted.directory()
                        + " is hidden: another store was mounted over it\nx\n0\n");
        assertThat(outcome.err()).contains("--if-absent", "--over");
    }

    @Test
    void ofTwoThatMountAtOnceOneDoes() throws Exception {
        Outcome outcome = sh("""
                for i in 1 2 3 4; do fdstore mount --if-absent $PWD/new || echo failed & done; wait
                grep -c " $PWD/new " /proc/mounts
                fdstore umount $PWD/new && ! grep " $PWD/new " /proc/mounts
                """);

        assertThat(outcome).isEqualTo(new Outcome(0, "1\n", ""));
    }

    @Test
    void aDirectoryInAStoreIsNotMountedOverUnlessAsked() throws Exception {
        mounted.store().createChild("set").close();

        assertThat(sh("fdstore mount --if-absent $FDSTORE_PATH/set").code()).isEqualTo(4);
        assertThat(sh("fdstore mount --over $FDSTORE_PATH/set && fdstore umount $FDSTORE_PATH/set")
                        .code())
                .isZero();
        mounted.store().removeChild("set");
    }

    @Test
    void theOwnerOfAStoreIsGivenByName() throws Exception {
        Outcome outcome = sh("""
                fdstore mount --uid nobody --gid daemon $PWD/new
                stat -c %U:%G new
                fdstore umount $PWD/new
                """);

        assertThat(outcome).isEqualTo(new Outcome(0, "nobody:daemon\n", ""));
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
    void theAdministratorSeesAndDrainsEveryStore() throws Exception {
        Outcome outcome = sh("""
                fdstore put x <file
                fdstore stores | grep " $FDSTORE_PATH"
                device=$(stat -c %Hd:%Ld $FDSTORE_PATH)
                fdstore stores --json | grep -o "{.device.: .$device.[^]]*]"
                unshare -m sh -c 'fdstore mount $PWD/new && exec sleep 1000' & child=$!
                until fdstore stores | grep -q "$PWD/new (.*pid $child)"; do :; done
                kill $child
                fdstore drain $device; fdstore info x | head -2; fdstore put x <file; echo $?
                fdstore drain 0:1; echo $?
                """);

        assertThat(outcome.out())
                .containsPattern("^[0-9:]+ +0 +[0-9]+/4096 +1 +- +no +" + mounted.directory() + "\n"
                        + "\\{\"device\": \"[0-9:]+\", \"owner\": 0, \"used\": [0-9]+, \"max\": 4096, \"filled\": 1, "
                        + ".*\"sealed\": false, \"mounts\": \\[\\{\"mount_point\": \"" + mounted.directory()
                        + "\", \"pid\": null, \"container\": null, \"source\": \"fdstore\"}]\n"
                        + "name: +x\nstate: +empty\n1\n3\n$");
        assertThat(outcome.err()).contains("sealed", "fdstore stores lists them");
    }

    @Test
    void onlyTheAdministratorSeesEveryStore() throws Exception {
        Outcome outcome = sh("""
                as() { setpriv --reuid=65534 --regid=65534 --clear-groups "$@"; }
                as fdstore stores; echo $?
                as fdstore drain $FDSTORE_PATH; echo $?
                """);

        assertThat(outcome.out()).isEqualTo("5\n5\n");
        assertThat(outcome.err()).contains("only root of the host");
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
                .contains("problem   put", "-> ask its owner to allow it: chmod or setfacl on " + mounted.directory());
    }
}
