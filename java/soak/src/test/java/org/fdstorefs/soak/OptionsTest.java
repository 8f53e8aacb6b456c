// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.soak;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OptionsTest {
    @TempDir
    Path directory;

    @Test
    void whoSaysNothingGetsTheDefaults() {
        Options options = parse("--", "server", "serve");

        assertThat(options.kills()).isEqualTo(20);
        assertThat(options.workloads()).containsExactly("files", "files");
        assertThat(options.hang()).isEqualTo(Duration.ofSeconds(60));
        assertThat(options.unmount()).isTrue();
        assertThat(options.serve())
                .containsExactly("server", "serve", "--source", here(), "--mount", here(), "--store", here());
    }

    @Test
    void whatIsSaidCounts() {
        Options options = parse(
                "--kills", "7", "--interval", "1..2", "--seed", "5", "--twice", "10", "--then", "kill", "--", "server");

        assertThat(options.kills()).isEqualTo(7);
        assertThat(options.interval()).isEqualTo(new Options.Interval(1, 2));
        assertThat(options.seed()).isEqualTo(5);
        assertThat(options.twice()).isEqualTo(10);
        assertThat(options.unmount()).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--kills many         | --kills is not a number: many",
                "--kills 0            | --kills is not from 1 to 1000000: 0",
                "--interval 5         | --interval is not MIN..MAX: 5",
                "--interval 5..4      | --interval is not MIN..MAX: 5..4",
                "--then stop          | --then is not one of unmount, kill: stop",
                "--twice 5 --standbys 1 | --twice needs two standbys or more",
                "--ready 3            | --ready is more than the 2 standbys",
                "--seed               | --seed needs a value",
                "--seed 1 --seed 2    | --seed is given twice",
                "--colour red         | unknown option: --colour",
                "colour               | not an option: colour",
            })
    void whatIsWrongIsSaid(String arguments, String message) {
        List<String> given = new ArrayList<>(List.of(arguments.split(" ")));
        if (!message.endsWith("needs a value")) {
            given.addAll(List.of("--", "server"));
        }

        assertThatIllegalArgumentException()
                .isThrownBy(() -> parse(given.toArray(String[]::new)))
                .withMessage(message);
    }

    @Test
    void aWorkloadIsFilesOrAProgram() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> parse("--scripts", here(), "--workloads", "files,nothing", "--", "server"))
                .withMessage("no such workload: " + directory.resolve("nothing"));
    }

    @Test
    void aServerMustBeGiven() {
        assertThatIllegalArgumentException().isThrownBy(() -> parse()).withMessage("no command of a server");
    }

    @Test
    void aDirectoryMustBeThere() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Options.parse("--source", "/no/such", "--", "server"))
                .withMessage("--source is not a directory: /no/such");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Options.parse("--", "server"))
                .withMessage("--source is missing");
    }

    private Options parse(String... arguments) {
        List<String> all = new ArrayList<>(List.of("--source", here(), "--mount", here(), "--store", here()));
        all.addAll(List.of(arguments));
        return Options.parse(all.toArray(String[]::new));
    }

    private String here() {
        return directory.toString();
    }
}
