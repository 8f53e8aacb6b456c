// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.fdstorefs.Fd;
import org.fdstorefs.FdStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Many threads, one name, no locks. */
class RacingPutsIT {
    private static final int ROUNDS = 200;
    private static final int THREADS = 4;

    @RegisterExtension
    final MountedStore mounted = new MountedStore();

    private final ExecutorService threads = Executors.newFixedThreadPool(THREADS);

    @AfterEach
    void stop() {
        threads.shutdownNow();
    }

    private FdStore store() {
        return mounted.store();
    }

    @Test
    void ofManyPutsToANewNameOneWins() throws Exception {
        try (Fd file = Fd.open(Path.of("/dev/null"))) {
            for (int round = 0; round < ROUNDS; round++) {
                String name = "x" + round;

                assertThat(inParallel(() -> put(name, file))).containsOnlyOnce(true);
            }
        }
    }

    @Test
    void aPutThatRacesARemovalSucceedsOrFindsTheEntryFilled() throws Exception {
        try (Fd file = Fd.open(Path.of("/dev/null"))) {
            List<Boolean> results = inParallel(() -> {
                for (int round = 0; round < ROUNDS; round++) {
                    put("x", file);
                    store().remove("x");
                }
                return true;
            });

            assertThat(results).containsOnly(true);
        }
        assertThat(store().names()).isEmpty();
    }

    private boolean put(String name, Fd file) throws IOException {
        try {
            store().put(name, file);
            return true;
        } catch (FileAlreadyExistsException e) {
            return false;
        }
    }

    private List<Boolean> inParallel(Callable<Boolean> task) throws Exception {
        List<Future<Boolean>> futures = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            futures.add(threads.submit(task));
        }
        List<Boolean> results = new ArrayList<>();
        for (Future<Boolean> future : futures) {
            results.add(future.get());
        }
        return results;
    }
}
