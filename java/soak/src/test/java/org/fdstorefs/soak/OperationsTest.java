// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.soak;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OperationsTest {
    private final Tally tally = new Tally();
    private final Operations operations = new Operations(new Gate(), tally);

    @TempDir
    Path directory;

    @Test
    void differentBytesAreCounted() {
        operations.compare(directory, new byte[] {1, 2, 3, 4}, new byte[] {1, 0, 3, 0});

        assertThat(tally.counts().differing()).isEqualTo(2);
        assertThat(tally.failures()).first().asString().contains("the first at 1");
    }

    @Test
    void missingBytesAreCounted() {
        operations.compare(directory, new byte[] {1, 2, 3, 4}, new byte[] {1});

        assertThat(tally.counts().differing()).isEqualTo(3);
    }

    @Test
    void anotherNameIsADifference() throws IOException {
        Files.createFile(directory.resolve("a"));

        operations.expectNames(directory, List.of("a"));
        assertThat(tally.isClean()).isTrue();
        operations.expectNames(directory, List.of("b"));
        assertThat(tally.isClean()).isFalse();
    }

    @Test
    void anOperationThatThrowsHasFailed() throws InterruptedException {
        operations.attempt("well", () -> {});
        operations.attempt("badly", () -> {
            throw new IOException("why");
        });

        assertThat(tally.counts().operations()).isEqualTo(2);
        assertThat(tally.counts().failed()).isEqualTo(1);
        assertThat(tally.failures()).containsExactly("badly: java.io.IOException: why");
    }
}
