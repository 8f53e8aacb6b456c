// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.it;

import static org.assertj.core.api.Assertions.assertThat;

import org.fdstorefs.it.Shell.Outcome;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What empties an entry, and how that outlives take and mv. */
@Tag("java25")
class EndingIT extends ShellTests {
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
                fdstore put --expire @$(( $(date +%s) + 20 )).9 y <file
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

        assertThat(outcome.out()).isEqualTo("125\nhangup: -\npeer:   yes\nremove: yes\nanchor: -\n");
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

    /** As the help warns. */
    @Test
    void whatMvTakesOutOfAStoreIsClosedAndLeavesADescription() throws Exception {
        Outcome outcome = sh("""
                mkfifo pipe
                fdstore put --fd 6 x 6>pipe & exec 5<pipe; wait $!
                mv $FDSTORE_PATH/x moved && head -n 2 moved && fdstore ls
                cat <&5    # would not end before that
                """);

        assertThat(outcome).isEqualTo(new Outcome(0, "state:\tfilled\nstored-type:\tfifo\n", ""));
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
}
