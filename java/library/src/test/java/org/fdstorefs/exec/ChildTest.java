// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.exec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.fdstorefs.Errno;
import org.fdstorefs.internal.ProcessSys;
import org.junit.jupiter.api.Test;

class ChildTest {
    private static final int SIGTERM = 15;
    private static final Duration LONG = Duration.ofMinutes(1);

    @Test
    void itsExitCodeIsTold() throws Exception {
        Child child = Program.of("sh", "-c", "exit 42").spawn();

        assertThat(child.waitFor()).isEqualTo(42);
        assertThat(child.signal()).isEmpty();
        assertThat(child.isAlive()).isFalse();
    }

    @Test
    void theSignalThatKilledItIsTold() throws Exception {
        Child child = Program.of("sleep", "1000").spawn();
        assertThat(child.isAlive()).isTrue();

        assertThat(child.kill(SIGTERM)).isTrue();

        assertThat(child.waitFor()).isEqualTo(128 + SIGTERM);
        assertThat(child.signal()).hasValue(SIGTERM);
    }

    @Test
    void itIsNotKilledTwice() throws Exception {
        Child child = Program.of("true").spawn();
        child.waitFor();

        assertThat(child.kill(SIGTERM)).isFalse();
    }

    @Test
    void aSignalThatDoesNotExistIsRefused() throws Exception {
        Child child = Program.of("sleep", "1000").spawn();

        assertThatThrownBy(() -> child.kill(1000))
                .satisfies(e -> assertThat(Errno.of(e)).contains(Errno.EINVAL));
        child.kill(SIGTERM);
        child.waitFor();
    }

    @Test
    void waitingEndsWithTheTime() throws Exception {
        Child child = Program.of("sleep", "1000").spawn();

        assertThat(child.waitFor(Duration.ZERO)).isEmpty();
        assertThat(child.waitFor(Duration.ofMillis(1))).isEmpty();
        child.kill(SIGTERM);
        assertThat(child.waitFor(LONG)).isEqualTo(OptionalInt.of(128 + SIGTERM));
        assertThatThrownBy(() -> child.waitFor(Duration.ofMillis(-1))).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void waitingIsInterrupted() throws Exception {
        Child child = Program.of("sleep", "1000").spawn();
        CountDownLatch started = new CountDownLatch(1);
        CompletableFuture<Throwable> thrown = new CompletableFuture<>();
        Thread thread = new Thread(() -> {
            started.countDown();
            try {
                child.waitFor();
            } catch (Exception e) {
                thrown.complete(e);
            }
        });
        thread.start();
        started.await();

        thread.interrupt();

        assertThat(thrown.get()).isInstanceOf(InterruptedException.class);
        assertThat(child.isAlive()).isTrue();
        child.kill(SIGTERM);
        child.waitFor();
    }

    @Test
    void anInterruptDoesNotKeepItFromStarting() throws Exception {
        Thread.currentThread().interrupt();

        Child child = Program.of("true").spawn();

        assertThat(Thread.interrupted()).isTrue();
        assertThat(child.waitFor()).isZero();
    }

    @Test
    void noZombieStaysWhenNobodyWaits() throws Exception {
        Child child = Program.of("true").spawn();

        while (child.isAlive()) {
            Thread.onSpinWait();
        }

        assertThat(ProcessSys.system().waitpid((int) child.pid(), new int[1])).isEqualTo(-Errno.ECHILD.number());
    }

    @Test
    void theJdkKnowsIt() throws Exception {
        Child child = Program.of("sleep", "1000").spawn();

        assertThat(child.toHandle().pid()).isEqualTo(child.pid());
        assertThat(child.toHandle().parent()).contains(ProcessHandle.current());
        assertThat(child.toHandle().destroy()).isTrue();
        assertThat(child.waitFor()).isEqualTo(128 + SIGTERM);
    }

    @Test
    void childrenOfTheJdkAndOursDoNotDisturbEachOther() throws Exception {
        Process process = new ProcessBuilder("sh", "-c", "read x; exit 3").start();
        Child child = Program.of("sh", "-c", "exit 4").spawn();
        assertThat(child.waitFor()).isEqualTo(4);

        process.getOutputStream().close();

        assertThat(process.waitFor()).isEqualTo(3);
    }

    @Test
    void manyAreStartedAtTheSameTimeAndLeaveNothingBehind() throws Exception {
        Program.of("true").spawn().waitFor();
        long before = descriptors();
        List<CompletableFuture<Integer>> codes = Stream.iterate(0, n -> n + 1)
                .limit(40)
                .map(n -> CompletableFuture.supplyAsync(() -> run(n)))
                .toList();

        assertThat(codes.stream().map(CompletableFuture::join))
                .containsExactlyElementsOf(
                        Stream.iterate(0, n -> n + 1).limit(40).toList());
        // The JVM itself opens a file now and then, for a moment: what is left stays.
        long left = descriptors();
        for (int tries = 0; left > before && tries < 1000; tries++) {
            left = descriptors();
        }
        assertThat(left).isLessThanOrEqualTo(before);
    }

    private static int run(int code) {
        try {
            return Program.of("sh", "-c", "exit " + code).spawn().waitFor();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aChildThatAnotherWaitedForHasNoKnownEnd() throws Exception {
        // This process is no child of itself.
        Child child =
                Child.start(ProcessSys.system(), (int) ProcessHandle.current().pid());

        assertThatThrownBy(child::waitFor)
                .hasMessageContaining("is not known")
                .hasRootCauseMessage("process " + child.pid()
                        + ": something else in this process has waited for it (ECHILD from waitpid)");
    }

    private static long descriptors() throws Exception {
        try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
            return all.count();
        }
    }
}
