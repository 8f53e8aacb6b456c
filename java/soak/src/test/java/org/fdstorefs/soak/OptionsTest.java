// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.soak;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine.ParameterException;

class OptionsTest {
    @TempDir
    Path directory;

    @Test
    void whoSaysNothingGetsTheDefaults() {
        Options options = parse("--", "server", "serve");

        assertThat(options.kills()).isEqualTo(20);
        assertThat(options.workloads()).containsExactly("files", "files");
        assertThat(options.hang()).isEqualTo(Duration.ofSeconds(60));
        assertThat(options.then()).isEqualTo(Options.End.UNMOUNT);
        assertThat(options.server()).containsExactly("server", "serve");
    }

    @Test
    void whatIsSaidCounts() {
        Options options = parse(
                "--kills", "7", "--interval", "1..2", "--seed", "5", "--twice", "10", "--then", "kill", "--", "server");

        assertThat(options.kills()).isEqualTo(7);
        assertThat(options.interval()).isEqualTo(new Options.Interval(1, 2));
        assertThat(options.seed()).isEqualTo(5);
        assertThat(options.twice()).isEqualTo(10);
        assertThat(options.then()).isEqualTo(Options.End.KILL);
        assertThat(Victim.withBackends(options.victims())).isFalse();
        assertThat(options.mayCrash()).isFalse();
    }

    @Test
    void whoHasBackendsIsGuarded() {
        Options options = parse("--victims", "backend,both", "--", "server");

        assertThat(options.victims()).containsExactly(Victim.BACKEND, Victim.BOTH);
        assertThat(Victim.withBackends(options.victims())).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--kills many         | Invalid value for option '--kills': 'many' is not an int",
                "--kills -1           | --kills is less than 0: -1",
                "--interval 5         | Invalid value for option '--interval': '5' is not MIN..MAX",
                "--interval 5..4      | Invalid value for option '--interval': '5..4' is not MIN..MAX",
                "--then stop          | Invalid value for option '--then': expected one of [UNMOUNT, KILL]",
                "--twice 5 --standbys 1 | --twice needs two standbys or more",
                "--victims mount      | Invalid value for option '--victims' (guard|backend|both): expected one of",
                "--twice 101          | --twice is not a percentage: 101",
                "--ready 3            | --ready is more than the 2 standbys",
                "--ready -1           | --ready is less than 0: -1",
                "--seed 1 --seed 2    | option '--seed' (N) should be specified only once",
                "--colour red         | Unknown option: '--colour'",
            })
    void whatIsWrongIsSaid(String arguments, String message) {
        List<String> given = new ArrayList<>(List.of(arguments.split(" ")));
        given.addAll(List.of("--", "server"));

        assertRefused(message, () -> parse(given.toArray(String[]::new)));
    }

    @Test
    void aWorkloadIsFilesOrAProgram() {
        assertRefused(
                "no such workload: " + directory.resolve("nothing"),
                () -> parse("--scripts", here(), "--workloads", "files,nothing", "--", "server"));
    }

    @Test
    void aServerMustBeGiven() {
        assertRefused("Missing required parameter: 'SERVER-COMMAND'", this::parse);
    }

    @Test
    void aDirectoryMustBeThere() {
        assertRefused(
                "Invalid value for option '--source': '/no/such' is not a directory",
                () -> Options.parse("--source", "/no/such", "--", "server"));
        assertRefused(
                "Missing required option: '--source=DIR'",
                () -> Options.parse("--mount", here(), "--store", here(), "--", "server"));
    }

    private static void assertRefused(String message, ThrowingCallable parsing) {
        assertThatThrownBy(parsing).isInstanceOf(ParameterException.class).hasMessageContaining(message);
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
