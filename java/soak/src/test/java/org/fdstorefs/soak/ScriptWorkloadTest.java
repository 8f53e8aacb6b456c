// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.soak;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScriptWorkloadTest {
    private static final Duration LONG = Duration.ofSeconds(60);

    @TempDir
    Path directory;

    @Test
    void roundsAreRepeatedUntilTheEnd() throws IOException, InterruptedException {
        ScriptWorkload workload = workload("echo done 3; echo done 0; mkdir $1 $2; echo $3 >$1/seed");
        Thread thread = new Thread(workload);
        thread.start();

        assertThat(workload.tally().await(6, LONG)).isTrue();
        workload.stop();
        thread.join();

        Tally.Counts counts = workload.tally().counts();
        assertThat(counts.operations()).isEqualTo(3 * counts.rounds());
        assertThat(workload.tally().isClean()).isTrue();
        assertThat(directory.resolve("home-0/seed")).hasContent("70");
        assertThat(directory.resolve("home-1/seed")).hasContent("71");
        assertThat(directory.resolve("reference-1")).isDirectory();
    }

    @Test
    void oneRoundIsDoneEvenIfItHasToStop() throws IOException {
        ScriptWorkload workload = workload("echo done 1");
        workload.stop();

        workload.run();

        assertThat(workload.tally().counts().rounds()).isEqualTo(1);
    }

    @Test
    void anOperationThatFailsIsReportedWithWhatWasSaid() throws IOException {
        ScriptWorkload workload = workload("echo done 2; echo too bad >&2; exit 7");

        workload.run();

        assertThat(workload.tally().counts().failed()).isPositive();
        assertThat(workload.tally().counts().rounds()).isZero();
        assertThat(workload.tally().counts().differing()).isZero();
        assertThat(workload.tally().failures())
                .first()
                .asString()
                .contains("exit code 7")
                .contains("too bad");
    }

    @Test
    void aDifferenceIsReported() throws IOException {
        ScriptWorkload workload = workload("exit 3");

        workload.run();

        assertThat(workload.tally().counts().differing()).isPositive();
        assertThat(workload.tally().counts().failed()).isZero();
        assertThat(workload.tally().isClean()).isFalse();
    }

    @Test
    void aProgramThatIsNotThereIsAFailure() {
        ScriptWorkload workload = new ScriptWorkload(directory.resolve("nothing"), directory, directory, 1);

        workload.run();

        assertThat(workload.tally().counts().failed()).isEqualTo(1);
    }

    private ScriptWorkload workload(String script) throws IOException {
        Path program = directory.resolve("script");
        Files.writeString(program, "#!/bin/sh\n" + script + "\n");
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
        return new ScriptWorkload(program, directory.resolve("home"), directory.resolve("reference"), 70);
    }
}
