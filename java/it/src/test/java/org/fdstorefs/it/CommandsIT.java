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
    void anEntryEndsWithItsTime() throws Exception {
        Outcome outcome = sh("""
                fdstore put --expire 0.5 x <file
                fdstore put --expire @$(date +%s).9 y <file
                fdstore put --expire "$(date -d '+1 hour' '+%F %T')" --remove z <file
                fdstore wait --empty -t 60 x && fdstore wait --empty -t 60 y && fdstore ls -l
                """);

        assertThat(outcome.out()).containsPattern("^empty .* x\nempty .* y\nfilled .* z\n$");
    }

    @Test
    void aTcpPeerThatClosesIsSeenWithPeer() throws Exception {
        Outcome outcome = sh("""
                python3 -c '
                import socket, subprocess
                listener = socket.create_server(("127.0.0.1", 0))
                client = socket.create_connection(listener.getsockname())
                served = listener.accept()[0]
                for option, name in [("--hangup", "h"), ("--peer", "p"), ("--peer --remove", "r")]:
                    subprocess.run(["fdstore", "put", *option.split(), name], stdin=served, check=True)
                client.close()
                '
                fdstore wait --empty -t 60 p && fdstore wait --empty -t 60 r && fdstore ls -l
                """);

        assertThat(outcome.out()).containsPattern("^filled .* h\nempty .* p\n$");
    }

    @Test
    void whatIsTakenInVainIsPutBackAsItWasPut() throws Exception {
        Outcome outcome = sh("""
                mkfifo pipe
                sleep 1000 <pipe & reader=$!
                fdstore put --fd 5 --peer --remove x 5>pipe
                fdstore take x=999999999 -- true; echo $?
                fdstore info x | tail -4
                kill $reader
                fdstore wait --empty -t 60 x; fdstore ls
                """);

        assertThat(outcome.out()).isEqualTo("125\nhangup: yes\npeer:   yes\nremove: yes\nanchor: -\n");
    }

    @Test
    void anAnchorIsKeptFromAProgramThatIsMissingAndElseSaidToBeLost() throws Exception {
        Outcome outcome = sh("""
                fdstore put --expire 1000 x <file
                fdstore take x -- ./missing; echo $?
                printf '#!/missing\n' >script; chmod +x script
                fdstore take x -- ./script; echo $?
                fdstore take x y -- true; echo $?
                fdstore info x | tail -1
                fdstore take x=999999999 -- true; echo $?
                fdstore info x | tail -1
                """);

        assertThat(outcome.out()).isEqualTo("127\n127\n125\nanchor: timerfd\n125\nanchor: -\n");
        assertThat(outcome.err()).contains("x: put back, but without its anchor (timerfd)");
    }

    @Test
    void whatIsMovedToAnotherStoreIsPutAsItWas() throws Exception {
        Outcome outcome = sh("""
                fdstore mount $PWD/new
                mkfifo pipe; sleep 1000 <>pipe & holder=$!
                fdstore put --hangup --fd 5 x 5>pipe
                fdstore put --expire 1000 y <file
                fdstore mv x y missing $PWD/new; echo $?
                fdstore ls; fdstore ls -s $PWD/new; fdstore -s $PWD/new info x | grep hangup
                fdstore mv --drop-anchor y $PWD/new && fdstore -s $PWD/new get y=0 -- cat
                kill $holder
                fdstore -s $PWD/new wait --empty -t 60 x; echo $?
                fdstore umount $PWD/new
                """);

        assertThat(outcome.out()).isEqualTo("1\ny\nx\nhangup: yes\nhello0\n");
        assertThat(outcome.err()).contains("its anchor (timerfd) cannot be moved");
    }

    @Test
    void whatIsMovedWithinItsStoreKeepsItsAnchor() throws Exception {
        Outcome outcome = sh("""
                fdstore put -p --expire 1000 set/x <file
                fdstore mv set/x $FDSTORE_PATH && fdstore info x | tail -1
                fdstore rm -r set && fdstore ls
                """);

        assertThat(outcome).isEqualTo(new Outcome(0, "anchor: timerfd\nx\n", ""));
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
    void whatIsEmptyIsRemovedButForLeases() throws Exception {
        Outcome outcome = sh("""
                fdstore put x <file
                mkdir $FDSTORE_PATH/set
                : >$FDSTORE_PATH/y; : >$FDSTORE_PATH/lease; : >$FDSTORE_PATH/set/z
                exec 9<$FDSTORE_PATH/lease; flock 9
                fdstore rm --empty && fdstore ls
                fdstore rm --empty set && fdstore ls set
                exec 9<&-
                fdstore rm --empty && fdstore ls
                rmdir $FDSTORE_PATH/set
                """);

        assertThat(outcome).isEqualTo(new Outcome(0, "lease\nx\nset/\nx\nset/\n", ""));
    }

    @Test
    void theAdministratorSeesAndDrainsEveryStore() throws Exception {
        Outcome outcome = sh("""
                fdstore put x <file
                fdstore stores | grep " $FDSTORE_PATH"
                device=$(stat -c %Hd:%Ld $FDSTORE_PATH)
                fdstore stores --json | grep -o "{.device.: .$device.[^]]*]"
                unshare -m sh -c 'fdstore mount $PWD/new && sleep 1000' & child=$!
                until fdstore stores | grep -q "$PWD/new (.*pid $child)"; do :; done
                kill $child
                fdstore drain $device; fdstore info x | head -2; fdstore put x <file; echo $?
                fdstore drain 0:1; echo $?
                """);

        assertThat(outcome.out())
                .containsPattern("^[0-9:]+ +0 +1/4096 +1 +[a-z]+ +no +" + mounted.directory() + "\n"
                        + "\\{\"device\": \"[0-9:]+\", \"owner\": 0, \"used\": 1, \"max\": 4096, \"filled\": 1, "
                        + ".*\"sealed\": false, \"mounts\": \\[\\{\"mount_point\": \"" + mounted.directory()
                        + "\", \"pid\": null, \"container\": null}]\n"
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
