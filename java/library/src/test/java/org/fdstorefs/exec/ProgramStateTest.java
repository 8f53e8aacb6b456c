// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.exec;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.fdstorefs.exec.Processes.Outcome;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A program finds what it would have found without a JVM between it and its parent. */
class ProgramStateTest {
    // What hostile.c does. Signals 1, 2, 3, 12, 13, 17, 25 and 40; 3, 10, 15 and 35.
    private static final String STATE = " descriptors=9,150 ignored=8001011807 blocked=400004204 files=200 filter=11";

    @TempDir
    static Path directory;

    private static Processes processes;

    private static Outcome direct;

    @BeforeAll
    static void runDirectly() throws Exception {
        processes = new Processes(directory);
        direct = processes.hostile(List.of(processes.file("report").toString(), "a", "b"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"exec", "spawn"})
    void allIsAsWithoutAJvm(String way) throws Exception {
        assertThat(direct.lines("status: SigIgn:")).containsExactly("status: SigIgn:\t0000008001011807");

        Outcome outcome = hostile(way + STATE);

        assertThat(outcome.out().lines())
                .containsExactlyElementsOf(direct.out().lines().toList());
        assertThat(outcome.code()).isEqualTo(7);
    }

    @ParameterizedTest
    @ValueSource(strings = {"exec", "spawn"})
    void withoutAStateTheProgramHasNoDescriptorsAndNoBlockedSignals(String way) throws Exception {
        Outcome outcome = hostile(way);

        assertThat(outcome.lines("fd: ")).isEqualTo(direct.lines("fd: ").subList(0, 3));
        assertThat(outcome.lines("status: SigBlk:")).containsExactly("status: SigBlk:\t0000000000000000");
        assertThat(outcome.lines("environment: ")).isEqualTo(direct.lines("environment: "));
    }

    @ParameterizedTest
    @ValueSource(strings = {"exec", "spawn"})
    void aPlainStateIgnoresNothing(String way) throws Exception {
        assertThat(hostile(way + " ignored=0").lines("status: SigIgn:"))
                .containsExactly("status: SigIgn:\t0000000000000000");
    }

    @ParameterizedTest
    @ValueSource(strings = {"exec", "spawn"})
    void ignoringTheDeathOfChildrenIsInheritedToo(String way) throws Exception {
        assertThat(hostile(way + " ignored=10000").lines("status: SigIgn:"))
                .containsExactly("status: SigIgn:\t0000000000010000");
    }

    private static Outcome hostile(String arguments) throws Exception {
        return processes.hostile(processes.java(arguments + " -- " + processes.file("report") + " a b"));
    }
}
