// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.soak;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileWorkerTest {
    private static final Duration LONG = Duration.ofSeconds(60);

    @TempDir
    Path directory;

    @Test
    void aFileSystemThatWorksIsClean() throws InterruptedException {
        FileWorker worker = new FileWorker(directory.resolve("home"), new Gate(), 1, true);
        Thread thread = new Thread(worker);
        thread.start();

        assertThat(worker.tally().await(500, LONG)).isTrue();
        worker.stop();
        thread.join();

        assertThat(worker.tally().failures()).isEmpty();
        assertThat(worker.tally().isClean()).isTrue();
        assertThat(worker.tally().counts().rounds()).isPositive();
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void linksAreNotCountedOfAServerThatDoesNot() throws InterruptedException {
        FileWorker worker = new FileWorker(directory.resolve("home"), new Gate(), 1, false);
        worker.rehearse();

        assertThat(worker.tally().failures()).isEmpty();
    }

    @Test
    void anOperationThatFailsIsReported() throws IOException {
        Files.createFile(directory.resolve("home"));
        FileWorker worker = new FileWorker(directory.resolve("home"), new Gate(), 1, true);
        worker.stop();

        worker.run();

        assertThat(worker.tally().isClean()).isFalse();
        assertThat(worker.tally().failures()).first().asString().startsWith("mkdir: ");
    }
}
