// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.soak;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** With servers that are shell scripts, and a lease in a directory of this machine. */
class FleetTest {
    private static final String SERVER = """
            exec 9>lease
            echo standing by
            flock 9
            case "$*" in
            *--standby*) echo took over replayed=1 resent=0 answered=0 opcodes=WRITE ;;
            esac
            echo serving here
            while [ ! -e unmounted ]; do sleep 0.01 9>&-; done
            echo unmounted
            """;

    /** Starts backends, the process id of which is in a file. */
    private static final String GUARD = """
            exec 9>lease 2>/dev/null
            flock 9
            echo serving here
            while [ ! -e unmounted ]; do
                setpriv --pdeathsig KILL sleep 600 >/dev/null 9>&- &
                echo $! >backend
                echo backend $! started
                wait $!
                echo "backend $! ended: $?"
            done
            echo unmounted
            """;

    private static final Duration LONG = Duration.ofSeconds(60);

    @TempDir
    Path directory;

    private Fleet fleet;

    @AfterEach
    void killAll() {
        fleet.killAll();
    }

    @Test
    void aKilledServerIsFollowedByOneThatStoodBy() throws IOException, InterruptedException {
        begin(SERVER, 2);
        assertThat(fleet.awaitStanding(2)).isTrue();

        assertThat(fleet.killActive()).isTrue();

        assertThat(fleet.awaitServing()).isTrue();
        assertThat(fleet.standing()).isEqualTo(1);
        assertThat(fleet.takeovers().between()).isEqualTo(1);
        fleet.refill();
        assertThat(fleet.awaitStanding(2)).isTrue();
        assertThat(fleet.surprises()).isEmpty();
    }

    @Test
    void serversEndWithAnUnmount() throws IOException, InterruptedException {
        begin(SERVER, 1);
        assertThat(fleet.awaitStanding(1)).isTrue();
        fleet.expectEnd();

        Files.createFile(directory.resolve("unmounted"));

        assertThat(fleet.awaitEnd()).isTrue();
        assertThat(fleet.surprises()).isEmpty();
    }

    @Test
    void aServerThatEndsByItselfIsASurprise() throws IOException, InterruptedException {
        begin("echo serving; exit 4", 1);

        assertThat(fleet.awaitEnd()).isTrue();

        assertThat(fleet.surprises()).first().asString().endsWith("ended by itself, with 4");
    }

    @Test
    void whatIsNotUnderstoodIsASurprise() throws IOException, InterruptedException {
        begin("echo serving; echo ouch; exec sleep 600", 1);
        fleet.refill();

        assertThat(fleet.awaitServing()).isTrue();
        fleet.killAll();
        assertThat(fleet.awaitEnd()).isTrue();

        assertThat(fleet.surprises()).first().asString().endsWith("said: ouch");
    }

    @Test
    void aBackendThatIsKilledIsFollowedByAnother() throws IOException, InterruptedException {
        begin(GUARD, 0);
        long guard = fleet.pids().get(0);
        ProcessHandle backend = backend();

        assertThat(fleet.killBackend()).isTrue();

        assertThat(backend.onExit()).succeedsWithin(LONG);
        assertThat(fleet.awaitServing()).isTrue();
        assertThat(backend()).isNotEqualTo(backend);
        assertThat(fleet.pids()).containsExactly(guard);
        assertThat(fleet.crashes()).isEmpty();
        assertThat(fleet.surprises()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aGuardIsKilledTogetherWithItsBackend(boolean backendFirst) throws IOException, InterruptedException {
        begin(GUARD, 0);
        long guard = fleet.pids().get(0);
        ProcessHandle backend = backend();

        assertThat(fleet.killBoth(backendFirst)).isTrue();

        assertThat(fleet.killBoth(backendFirst)).isFalse();
        assertThat(fleet.killBackend()).isFalse();
        fleet.refill();
        assertThat(backend.onExit()).succeedsWithin(LONG);
        assertThat(fleet.awaitServing()).isTrue();
        assertThat(fleet.pids()).doesNotContain(guard).hasSize(1);
        assertThat(fleet.crashes()).isEmpty();
        assertThat(fleet.surprises()).isEmpty();
    }

    @Test
    void backendsEndWithAnUnmount() throws IOException, InterruptedException {
        begin(GUARD, 0);
        fleet.expectEnd();

        Files.createFile(directory.resolve("unmounted"));
        backend().destroy();

        assertThat(fleet.awaitEnd()).isTrue();
        assertThat(fleet.crashes()).isEmpty();
        assertThat(fleet.surprises()).isEmpty();
    }

    private ProcessHandle backend() throws IOException {
        String pid = Files.readString(directory.resolve("backend")).trim();
        return ProcessHandle.of(Long.parseLong(pid)).orElseThrow();
    }

    private void begin(String script, int standbys) throws IOException, InterruptedException {
        Path program = Files.writeString(directory.resolve("server"), "cd " + directory + "\n" + script);
        fleet = new Fleet(List.of("sh", program.toString()), standbys, LONG, script.equals(GUARD));
        fleet.begin();
        if (script.equals(SERVER)) {
            fleet.refill();
        }
    }
}
