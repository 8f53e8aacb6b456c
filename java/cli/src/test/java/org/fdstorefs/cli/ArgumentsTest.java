// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ArgumentsTest {
    private static Arguments arguments(String line) {
        return Arguments.of(List.of(line.split(" ")), Set.of("get"), Map.of("exec", "get"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"ls", "-s /x ls", "-s/x ls", "--store /x ls", "--store=/x ls", "--json -v ls", "--verbose ls -l"
            })
    void theSubcommandIsTheFirstWord(String line) {
        assertThat(arguments(line).subcommand()).isEqualTo("ls");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--help ls", "-V", "--unknown ls", "-s"})
    void noneIsTakenBehindAnOptionThatOnlySomeHave(String line) {
        assertThat(arguments(line).subcommand()).isEmpty();
    }

    @Test
    void anAliasIsTheSubcommandThatItStandsFor() {
        assertThat(arguments("exec x -- true").subcommand()).isEqualTo("get");
        assertThat(arguments("exec x -- true").program()).containsExactly("true");
    }

    @Test
    void theProgramIsBehindTheFirstTwoDashes() {
        Arguments arguments = arguments("get x -- sh -- --json");

        assertThat(arguments.own()).containsExactly("get", "x");
        assertThat(arguments.program()).containsExactly("sh", "--", "--json");
        assertThat(arguments.json()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"get -- -x -- sh -- y", "get -s /x -- -x -- sh -- y", "get --listen-fds -- -x -- sh -- y"})
    void dashesBeforeAnyNameEndTheOptionsInstead(String line) {
        assertThat(arguments(line).own()).endsWith("--", "-x");
        assertThat(arguments(line).program()).containsExactly("sh", "--", "y");
    }

    @ParameterizedTest
    @ValueSource(strings = {"get --listen-fds x -- sh -- y", "get -s /x x -- sh -- y", "-s get get x -- sh -- y"})
    void dashesBehindANameDoNot(String line) {
        assertThat(arguments(line).own()).doesNotContain("--").endsWith("x");
        assertThat(arguments(line).program()).containsExactly("sh", "--", "y");
    }

    @Test
    void theOnlyDashesBeginTheProgram() {
        assertThat(arguments("get -- sh").program()).containsExactly("sh");
    }

    @Test
    void whatRunsNoProgramKeepsItsDashes() {
        assertThat(arguments("rm -- -x").own()).containsExactly("rm", "--", "-x");
    }

    @Test
    void jsonIsAskedForAnywhereBeforeTheNames() {
        assertThat(arguments("--json ls").json()).isTrue();
        assertThat(arguments("ls --json").json()).isTrue();
        assertThat(arguments("rm -- --json").json()).isFalse();
    }

    @Test
    void verbosityHasTwoNames() {
        assertThat(arguments("-v ls").verbose()).isTrue();
        assertThat(arguments("ls --verbose").verbose()).isTrue();
        assertThat(arguments("ls").verbose()).isFalse();
    }
}
