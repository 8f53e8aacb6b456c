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

    private void begin(String script, int standbys) throws IOException, InterruptedException {
        Path program = Files.writeString(directory.resolve("server"), "cd " + directory + "\n" + script);
        fleet = new Fleet(List.of("sh", program.toString()), standbys, Duration.ofSeconds(60));
        fleet.begin();
        if (script.equals(SERVER)) {
            fleet.refill();
        }
    }
}
