// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.fdstorefs.EmptyEntryException;
import org.fdstorefs.Fd;
import org.fdstorefs.FdEntry;
import org.fdstorefs.FdStore;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class TakeIT {
    private static final int TAKERS = 6;

    @RegisterExtension
    final MountedStore mounted = new MountedStore();

    private FdStore store() {
        return mounted.store();
    }

    @Test
    void takeGivesTheVeryOpenFileThatWasPut() throws IOException {
        try (Fd file = Fd.open(Path.of("/dev/null"))) {
            store().put("x", file);

            try (Fd taken = store().take("x")) {
                assertThat(Libc.sameFile(taken, file)).isTrue();
            }
        }
    }

    @Test
    void theEntryStaysAndIsEmpty() throws IOException {
        put("x");

        store().take("x").close();

        assertThat(store().info("x").state()).isEqualTo(FdEntry.State.EMPTY);
    }

    @Test
    void whatIsTakenCannotBeTakenAgain() throws IOException {
        put("x");
        store().take("x").close();

        assertThatThrownBy(() -> store().take("x")).isInstanceOf(EmptyEntryException.class);
    }

    @Test
    void anEntryThatWasTakenFromCanBeFilledAgain() throws IOException {
        put("x");
        store().take("x").close();
        put("x");

        assertThat(store().info("x").state()).isEqualTo(FdEntry.State.FILLED);
    }

    @Test
    void whoTakesIsTheLastToHoldIt() throws IOException {
        try (Libc.Pipe pipe = Libc.pipe()) {
            store().put("x", pipe.writer());
            pipe.writer().close();

            store().take("x").close();

            assertThat(pipe.reader().newInputStream().read()).isEqualTo(-1);
        }
    }

    @Test
    void nothingIsTakenFromANameThatIsNotThere() {
        assertThatThrownBy(() -> store().take("x")).isInstanceOf(NoSuchFileException.class);
    }

    @RepeatedTest(20)
    void ofManyTakersOneWins() throws Exception {
        put("x");
        CyclicBarrier start = new CyclicBarrier(TAKERS);
        Callable<Boolean> taker = () -> {
            start.await();
            try {
                store().take("x").close();
                return true;
            } catch (EmptyEntryException e) {
                return false;
            }
        };

        assertThat(inParallel(taker)).containsOnlyOnce(true);
    }

    private static List<Boolean> inParallel(Callable<Boolean> task) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(TAKERS);
        try {
            List<Boolean> results = new ArrayList<>();
            List<Future<Boolean>> futures = new ArrayList<>();
            for (int i = 0; i < TAKERS; i++) {
                futures.add(threads.submit(task));
            }
            for (Future<Boolean> future : futures) {
                results.add(future.get());
            }
            return results;
        } finally {
            threads.shutdownNow();
        }
    }

    private void put(String name) throws IOException {
        try (Fd file = Fd.open(Path.of("/dev/null"))) {
            store().put(name, file);
        }
    }
}
