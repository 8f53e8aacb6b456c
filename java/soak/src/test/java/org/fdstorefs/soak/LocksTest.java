// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.soak;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocksTest {
    @TempDir
    Path directory;

    @Test
    void whoHoldsALockIsFound() throws IOException, InterruptedException {
        Path file = Files.createFile(directory.resolve("lease"));
        Process holder =
                new ProcessBuilder("sh", "-c", "exec 9<" + file + "; flock 9; echo locked; exec sleep 600").start();
        try {
            holder.inputReader().readLine();

            assertThat(Files.readString(Path.of("/proc/locks"))).contains(" FLOCK ");
            assertThat(Locks.of(directory).holder()).isPresent();
        } finally {
            holder.destroyForcibly().waitFor();
        }
    }

    @Test
    void aFileSystemOfItsOwnHasNoOtherLocks() throws IOException {
        assertThat(Locks.of(Path.of("/proc")).holder()).isEmpty();
        assertThat(Locks.of(Path.of("/proc")).waiters()).isEmpty();
    }
}
