// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.fuse.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkerTest {
    private static final Duration LONG = Duration.ofSeconds(60);

    private final Score score = new Score();

    @TempDir
    Path directory;

    @Test
    void aFileSystemThatWorksIsClean() throws InterruptedException {
        Worker worker = new Worker(directory.resolve("home"), new Gate(), score, 1);
        Thread thread = new Thread(worker);
        thread.start();

        assertThat(score.await(100, LONG)).isTrue();
        worker.stop();
        thread.join();

        assertThat(score.failures()).isEmpty();
        assertThat(score.isClean()).isTrue();
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void anOperationThatFailsIsReported() throws IOException, InterruptedException {
        Files.createFile(directory.resolve("home"));
        Worker worker = new Worker(directory.resolve("home"), new Gate(), score, 1);
        worker.stop();

        worker.run();

        assertThat(score.isClean()).isFalse();
        assertThat(score.failures()).hasSize(1).first().asString().startsWith("mkdir: ");
    }

    @Test
    void waitingForOperationsEnds() throws InterruptedException {
        assertThat(score.await(1, Duration.ofMillis(1))).isFalse();
    }
}
