// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.fdstorefs.Fd;
import org.fdstorefs.FdStore;
import org.fdstorefs.FdStoreException;
import org.fdstorefs.PutOption;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class WaitIT {
    private static final int WAITERS = 8;

    @RegisterExtension
    final MountedStore mounted = new MountedStore();

    private Fd file;

    @BeforeEach
    void open() throws IOException {
        file = Fd.open(Path.of("/dev/null"));
    }

    @AfterEach
    void close() throws IOException {
        file.close();
    }

    static Stream<Task.Kind> kinds() {
        return Task.kinds();
    }

    private FdStore store() {
        return mounted.store();
    }

    @Test
    void whatIsThereIsGotAtOnce() throws Exception {
        store().put("x", file);

        assertGot(store().await("x"));
        assertGot(store().await("x", Duration.ZERO).orElseThrow());
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void aNameThatIsMissingIsWaitedFor(Task.Kind kind) throws Exception {
        Task<Fd> waiter = Task.start(kind, () -> store().await("x")).untilItWaits();

        store().put("other", file);
        store().put("x", file);

        assertGot(waiter.result());
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void anEmptyEntryIsWaitedFor(Task.Kind kind) throws Exception {
        Files.createFile(mounted.path("x"));
        Task<Fd> waiter = Task.start(kind, () -> store().await("x")).untilItWaits();

        store().put("x", file);

        assertGot(waiter.result());
    }

    @Test
    void whatGetsTheNameIsGot() throws Exception {
        store().put("y", file);
        Task<Fd> waiter = Task.start(() -> store().await("x")).untilItWaits();

        store().rename("y", "x");

        assertGot(waiter.result());
    }

    @Test
    void whatTakesTheNameOfAnEmptyEntryIsGot() throws Exception {
        Files.createFile(mounted.path("x"));
        store().put("y", file);
        Task<Fd> waiter = Task.start(() -> store().await("x")).untilItWaits();

        store().replace("y", "x");

        assertGot(waiter.result());
    }

    @Test
    void whatExchangesItsNameWithAnEmptyEntryIsGot() throws Exception {
        Files.createFile(mounted.path("x"));
        store().put("y", file);
        Task<Fd> waiter = Task.start(() -> store().await("x")).untilItWaits();

        store().exchange("y", "x");

        assertGot(waiter.result());
    }

    @Test
    void anEntryThatIsRemovedAndMadeAgainIsWaitedFor() throws Exception {
        Files.createFile(mounted.path("x"));
        Task<Fd> waiter = Task.start(() -> store().await("x")).untilItWaits();

        store().remove("x");
        store().put("x", file);

        assertGot(waiter.result());
    }

    @Test
    void anEntryWhoseOtherNameStaysIsNotMistakenForTheNextOne() throws Exception {
        Files.createFile(mounted.path("x"));
        Files.createLink(mounted.path("link"), mounted.path("x"));
        Task<Fd> waiter = Task.start(() -> store().await("x")).untilItWaits();

        store().remove("x");
        store().put("x", file);

        assertGot(waiter.result());
    }

    @Test
    void anEntryThatBecomesADirectoryIsAnError() throws Exception {
        Task<Fd> waiter = Task.start(() -> store().await("x")).untilItWaits();

        store().createChild("x").close();

        assertThatThrownBy(waiter::result)
                .isInstanceOf(FdStoreException.class)
                .hasMessageContaining("a directory, not an entry");
        Files.delete(mounted.path("x"));
    }

    @Test
    void noTimeIsNotWaitedFor() throws Exception {
        Files.createFile(mounted.path("empty"));

        assertThat(store().await("missing", Duration.ZERO)).isEmpty();
        assertThat(store().await("empty", Duration.ZERO)).isEmpty();
        assertThat(store().awaitTake("empty", Duration.ZERO)).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void whenTheTimeIsOverNothingIsGot(Task.Kind kind) throws Exception {
        Files.createFile(mounted.path("empty"));
        Duration shortly = Duration.ofMillis(20);

        assertThat(Task.start(kind, () -> store().await("missing", shortly)).result())
                .isEmpty();
        assertThat(Task.start(kind, () -> store().await("empty", shortly)).result())
                .isEmpty();
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void aWaiterCanBeInterruptedAndLeavesNothingOpen(Task.Kind kind) throws Exception {
        store().await("never", Duration.ofMillis(1)); // what all waits share stays open
        long before = openDescriptors();
        Task<Fd> waiter = Task.start(kind, () -> store().await("x")).untilItWaits();

        waiter.interrupt();

        assertThatThrownBy(waiter::result).isInstanceOf(InterruptedException.class);
        assertThat(openDescriptors()).isEqualTo(before);
    }

    @Test
    void whoIsInterruptedAlreadyDoesNotBeginToWait() {
        Thread.currentThread().interrupt();

        assertThatThrownBy(() -> store().await("x")).isInstanceOf(InterruptedException.class);
        assertThat(Thread.interrupted()).isFalse();
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void ofManyTakersOneGetsEachPut(Task.Kind kind) throws Exception {
        List<Task<Fd>> takers = new ArrayList<>();
        for (int i = 0; i < WAITERS; i++) {
            takers.add(Task.start(kind, () -> store().awaitTake("x")).untilItWaits());
        }

        List<String> put = new ArrayList<>();
        for (int i = 0; i < WAITERS; i++) {
            assertThat(store().awaitEmpty("x", Duration.ofMinutes(1))).isTrue();
            try (Libc.Pipe pipe = Libc.pipe()) {
                store().put("x", pipe.reader());
                put.add(Libc.link(pipe.reader()));
            }
        }

        List<String> taken = new ArrayList<>();
        for (Task<Fd> taker : takers) {
            try (Fd fd = taker.result()) {
                taken.add(Libc.link(fd));
            }
        }
        assertThat(taken).containsExactlyInAnyOrderElementsOf(put).doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void manyWaitAtOnce(Task.Kind kind) throws Exception {
        int count = kind == Task.Kind.VIRTUAL ? 10_000 : 1_000;
        store().await("never", Duration.ofMillis(1));
        long before = openDescriptors();
        List<Task<Fd>> waiters = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String name = "x" + i;
            waiters.add(Task.start(kind, () -> store().await(name)));
        }
        waiters.get(count - 1).untilItWaits();
        assertThat(openDescriptors()).isLessThan(before + 10);

        for (int i = 0; i < count; i++) {
            store().put("x" + i, file);
            assertGot(waiters.get(i).result());
            store().remove("x" + i);
        }
    }

    @Test
    void whoWaitsForTheSameEntryWithDifferentWishesIsServed() throws Exception {
        Files.createFile(mounted.path("x"));
        Task<Fd> first = Task.start(() -> store().await("x")).untilItWaits();
        Task<Fd> taker = Task.start(() -> store().awaitTake("x")).untilItWaits();
        Task<Boolean> filled = Task.start(() -> store().awaitFilled("x", Duration.ofMinutes(1)))
                .untilItWaits();
        store().put("other", file);
        Task<Boolean> empty = Task.start(() -> store().awaitEmpty("other", Duration.ofMinutes(1)))
                .untilItWaits();
        Task<Boolean> alsoFilled = Task.start(() -> store().awaitFilled("third", Duration.ofMinutes(1)))
                .untilItWaits();

        store().remove("other");
        assertThat(empty.result()).isTrue();
        while (!(first.isDone() && taker.isDone() && filled.isDone())) {
            store().find("x").ifPresentOrElse(WaitIT::close, () -> putAgain("x"));
        }
        store().put("third", file);

        assertGot(first.result());
        assertGot(taker.result());
        assertThat(filled.result() && alsoFilled.result()).isTrue();
    }

    private static void close(Fd fd) {
        try {
            fd.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void putAgain(String name) {
        try {
            store().put(name, file, PutOption.REPLACE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void aTakerThatGivesUpLeavesTheTurnToTheNext() throws Exception {
        Files.createFile(mounted.path("x"));
        List<Task<Fd>> takers = new ArrayList<>();
        for (int i = 0; i < WAITERS; i++) {
            takers.add(Task.start(() -> store().awaitTake("x")).untilItWaits());
        }
        for (int i = 0; i < WAITERS - 1; i++) {
            takers.get(i).interrupt();
        }

        store().put("x", file);

        int got = 0;
        for (Task<Fd> taker : takers) {
            try {
                assertGot(taker.result());
                got++;
            } catch (InterruptedException e) {
                assertThat(got).isLessThanOrEqualTo(1);
            }
        }
        assertThat(got).isEqualTo(1);
    }

    @Test
    void aWaiterInADirectoryThatIsRemovedLearnsOfIt() throws Exception {
        FdStore child = store().createChild("child");
        Task<Fd> waiter = Task.start(() -> child.await("x")).untilItWaits();

        store().removeChild("child");

        assertThatThrownBy(waiter::result)
                .isInstanceOf(NoSuchFileException.class)
                .hasMessageContaining("the directory was removed");
        child.close();
    }

    @Test
    void aWaiterInADirectoryThatMovesOnLearnsOfItsEnd() throws Exception {
        store().createChild("other").close();
        FdStore child = store().createChild("child");
        Task<Fd> waiter = Task.start(() -> child.await("x")).untilItWaits();

        Files.move(mounted.path("child"), mounted.path("other").resolve("child"));
        child.put("not-x", file);
        child.remove("not-x");
        Files.delete(mounted.path("other").resolve("child"));

        assertThatThrownBy(waiter::result).isInstanceOf(NoSuchFileException.class);
        child.close();
    }

    @Test
    void manyChangesOfOtherNamesAreNoMatter() throws Exception {
        Task<Fd> waiter = Task.start(() -> store().await("x")).untilItWaits();

        for (int i = 0; i < 3000; i++) {
            store().put("other" + i % 7, file);
            store().remove("other" + i % 7);
        }
        store().put("x", file);

        assertGot(waiter.result());
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void theEndOfWhatIsStoredIsWaitedFor(Task.Kind kind) throws Exception {
        store().put("x", file);
        Task<Boolean> waiter = Task.start(kind, () -> store().awaitEmpty("x", Duration.ofMinutes(1)))
                .untilItWaits();

        store().take("x").close();

        assertThat(waiter.result()).isTrue();
    }

    @Test
    void anEntryThatIsRemovedIsGone() throws Exception {
        store().put("x", file);
        Files.createLink(mounted.path("link"), mounted.path("x"));
        Task<Boolean> waiter =
                Task.start(() -> store().awaitEmpty("x", Duration.ofMinutes(1))).untilItWaits();

        store().remove("x");

        assertThat(waiter.result()).isTrue();
    }

    @Test
    void whatIsMissingOrEmptyNeedNotBeWaitedFor() throws Exception {
        Files.createFile(mounted.path("empty"));

        assertThat(store().awaitEmpty("missing", Duration.ZERO)).isTrue();
        assertThat(store().awaitEmpty("empty", Duration.ZERO)).isTrue();
    }

    @Test
    void whatStaysFilledIsNotEmptyWhenTheTimeIsOver() throws Exception {
        store().put("x", file);

        assertThat(store().awaitEmpty("x", Duration.ZERO)).isFalse();
        assertThat(store().awaitEmpty("x", Duration.ofMillis(20))).isFalse();
    }

    private void assertGot(Fd fd) throws IOException {
        try (fd) {
            assertThat(Libc.sameFile(fd, file)).isTrue();
        }
    }

    private static long openDescriptors() throws IOException {
        try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
            return all.count();
        }
    }
}
