// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.fdstorefs.internal.Linux;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** With the inotify(7) of this machine; poll(2) of entries is for the integration tests. */
@Timeout(60)
class WaiterTest {
    /** Where nobody but the test makes or removes anything, since that would end waits for a moment. */
    @TempDir
    Path quiet;

    private Path directory;

    /** Does something whenever the thread that waits for events begins to, and may answer for the kernel. */
    private static class Events extends HostEvents {
        private final AtomicInteger waits = new AtomicInteger();

        /** What there is, or 0 for the kernel's answer. */
        @SuppressWarnings("UnusedVariable") // those that override it use them
        int before(int wait, int[] events, long[] tokens) throws Exception {
            return 0;
        }

        @Override
        public int epollWait(int epoll, int[] events, long[] tokens) {
            try {
                int answer = before(waits.getAndIncrement(), events, tokens);
                return answer == 0 ? super.epollWait(epoll, events, tokens) : answer;
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        }
    }

    private FdStore store(HostEvents events) throws IOException {
        return new HostStore(directory, events).open();
    }

    @BeforeEach
    void makeDirectory() throws IOException {
        directory = Files.createDirectory(quiet.resolve("store"));
    }

    private void fill(String name) throws IOException {
        Files.move(
                Files.writeString(directory.resolve("filled"), "x"),
                directory.resolve(name),
                StandardCopyOption.ATOMIC_MOVE);
    }

    @Test
    void aNameThatAppearsEndsTheWait() throws Exception {
        Events events = new Events() {
            @Override
            int before(int wait, int[] events, long[] tokens) throws IOException {
                if (wait == 0) {
                    fill("x");
                }
                return 0;
            }
        };
        try (FdStore store = store(events)) {
            store.await("x").close();
        }
    }

    @Test
    void whatAppearsBetweenLookingAndWatchingIsNotMissed() throws Exception {
        HostEvents events = new HostEvents() {
            @Override
            public int inotifyInit(int flags) {
                try {
                    fill("x");
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
                return super.inotifyInit(flags);
            }
        };
        try (FdStore store = store(events)) {
            store.await("x").close();
        }
    }

    @Test
    void whatGoesBetweenLookingAndWatchingIsNotMissed() throws Exception {
        fill("x");
        HostEvents events = new HostEvents() {
            @Override
            public int inotifyInit(int flags) {
                try {
                    Files.delete(directory.resolve("x"));
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
                return super.inotifyInit(flags);
            }
        };
        try (FdStore store = store(events)) {
            assertThat(store.awaitEmpty("x", Duration.ofDays(1))).isTrue();
        }
    }

    @Test
    void whatIsTakenAwayInBetweenIsWaitedForAgain() throws Exception {
        Events events = new Events() {
            private final AtomicInteger appearances = new AtomicInteger();

            @Override
            public int inotifyAddWatch(int fd, byte[] path, int mask) {
                int watch = super.inotifyAddWatch(fd, path, mask);
                try {
                    if (appearances.compareAndSet(0, -1)) {
                        fill("x");
                        Files.delete(directory.resolve("x"));
                        appearances.set(1);
                    }
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
                return watch;
            }

            @Override
            int before(int wait, int[] events, long[] tokens) throws IOException {
                if (appearances.compareAndSet(1, 2)) {
                    fill("x");
                }
                return 0;
            }
        };
        try (FdStore store = store(events)) {
            store.awaitTake("x").close();
        }
        assertThat(directory.resolve("x")).isEmptyFile();
    }

    @Test
    void aSignalDoesNotEndTheWait() throws Exception {
        Events events = new Events() {
            @Override
            int before(int wait, int[] events, long[] tokens) throws IOException {
                if (wait == 0) {
                    return -Errno.EINTR.number();
                } else if (wait == 1) {
                    fill("x");
                }
                return 0;
            }
        };
        try (FdStore store = store(events)) {
            store.await("x").close();
        }
    }

    @Test
    void theTimeIsKept() throws Exception {
        try (FdStore store = new HostStore(directory).open()) {
            assertThat(store.await("x", Duration.ZERO)).isEmpty();
            assertThat(store.await("x", Duration.ofNanos(1))).isEmpty();
            assertThat(store.await("x", Duration.ofMillis(5))).isEmpty();
            assertThat(store.awaitTake("x", Duration.ofMillis(5))).isEmpty();
            assertThat(store.awaitEmpty("x", Duration.ZERO)).isTrue();
        }
    }

    @Test
    void aNegativeTimeIsRefused() throws Exception {
        try (FdStore store = new HostStore(directory).open()) {
            assertThatThrownBy(() -> store.await("x", Duration.ofSeconds(-1)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("negative timeout: PT-1S");
        }
    }

    @Test
    void anInterruptionEndsTheWait() throws Exception {
        CompletableFuture<Object> result = new CompletableFuture<>();
        HostEvents events = new HostEvents();
        try (FdStore store = store(events)) {
            Thread thread = new Thread(() -> {
                try {
                    result.complete(store.await("x"));
                } catch (Exception e) {
                    result.complete(e);
                }
            });
            thread.start();
            events.armed.take();

            thread.interrupt();

            assertThat(result.get()).isInstanceOf(InterruptedException.class);
        }
    }

    @Test
    void theEndOfTheDirectoryEndsTheWait() throws Exception {
        Path child = Files.createDirectory(directory.resolve("child"));
        Events events = new Events() {
            @Override
            int before(int wait, int[] events, long[] tokens) throws IOException {
                Files.deleteIfExists(child);
                return 0;
            }
        };
        try (FdStore store = new HostStore(child, events).open()) {
            assertThatThrownBy(() -> store.await("x"))
                    .isInstanceOf(NoSuchFileException.class)
                    .hasMessage(child + ": the directory was removed");
            assertThat(store.awaitEmpty("x", Duration.ofMinutes(1))).isTrue();
        }
    }

    /** The first entry that somebody waits for hangs up. */
    private static class HangUp extends Events {
        void before() throws IOException {}

        @Override
        int before(int wait, int[] events, long[] tokens) throws Exception {
            if (wait > 0) {
                return 0;
            }
            long entry = armed.take();
            before();
            return answer(events, tokens, entry, Linux.EPOLLHUP);
        }
    }

    @Test
    void aSealedStoreEndsTheWaitForANameThatIsMissing() throws Exception {
        assertSealed(new HangUp());
    }

    @Test
    void aSealedStoreEndsTheWaitForAnEmptyEntry() throws Exception {
        Files.createFile(directory.resolve("x"));
        assertSealed(new HangUp());
    }

    @Test
    void anEntryThatIsReplacedDoesNotPassForASealedStore() throws Exception {
        Files.createFile(directory.resolve("x"));
        HangUp events = new HangUp() {
            @Override
            void before() throws IOException {
                fill("x");
            }
        };
        try (FdStore store = store(events)) {
            store.await("x").close();
        }
    }

    private void assertSealed(HostEvents events) throws IOException {
        try (FdStore store = store(events)) {
            assertThatThrownBy(() -> store.await("x"))
                    .isInstanceOf(FdStoreException.class)
                    .hasMessageContaining("the store is sealed")
                    .hasMessageContaining("ESHUTDOWN");
        }
    }

    @Test
    void tenThousandWaitAtOnceWithOneThreadAndOneInstance() throws Exception {
        HostEvents events = new HostEvents();
        try (FdStore store = store(events)) {
            List<CompletableFuture<String>> all = new ArrayList<>();
            int before = OpenFiles.numbers().size();
            for (int i = 0; i < 10_000; i++) {
                String name = "x" + i;
                all.add(begin(() -> {
                    store.await(name).close();
                    return name;
                }));
            }
            while (events.armed.size() < 1) {
                Thread.onSpinWait();
            }
            assertThat(OpenFiles.numbers()).hasSizeLessThan(before + 10);
            for (int i = 0; i < all.size(); i++) {
                fill("x" + i);
            }
            for (int i = 0; i < all.size(); i++) {
                assertThat(all.get(i).get()).isEqualTo("x" + i);
            }
            assertThat(events.instances).hasValue(1);
        }
    }

    private static <T> CompletableFuture<T> begin(Callable<T> body) {
        CompletableFuture<T> result = new CompletableFuture<>();
        Thread thread = new Thread(
                null,
                () -> {
                    try {
                        result.complete(body.call());
                    } catch (Exception e) {
                        result.completeExceptionally(e);
                    }
                },
                "waits",
                128 * 1024);
        thread.setDaemon(true);
        thread.start();
        return result;
    }

    @Test
    void eachOfManyTakersGetsOne() throws Exception {
        AtomicInteger looks = new AtomicInteger();
        HostStore kernel = new HostStore(directory) {
            @Override
            public int ioctl(int fd, long request, long argument) {
                looks.incrementAndGet();
                return super.ioctl(fd, request, argument);
            }
        };
        int takers = 100;
        try (FdStore store = kernel.open()) {
            Files.createFile(directory.resolve("x"));
            List<CompletableFuture<Boolean>> all = new ArrayList<>();
            for (int i = 0; i < takers; i++) {
                all.add(begin(() -> {
                    store.awaitTake("x").close();
                    return true;
                }));
            }
            while (looks.get() < 2 * takers) {
                Thread.onSpinWait();
            }
            for (int i = 0; i < takers; i++) {
                fill("x");
                while (Files.size(directory.resolve("x")) > 0) {
                    Thread.onSpinWait();
                }
            }
            for (CompletableFuture<Boolean> taker : all) {
                assertThat(taker.get()).isTrue();
            }
        }
        assertThat(looks).as("one is woken by a put, and wakes the next").hasValueLessThan(2 * takers + 6 * takers);
    }

    @Test
    void whatWasLostWithAFullQueueIsLookedFor() throws Exception {
        HostStore kernel =
                new HostStore(directory, new Events() {
                    @Override
                    int before(int wait, int[] events, long[] tokens) throws Exception {
                        if (wait == 0) {
                            armed.take();
                            fill("x");
                        }
                        return 0;
                    }
                }) {
                    @Override
                    public long read(int fd, byte[] buffer, long count) {
                        long length = super.read(fd, buffer, count);
                        if (length > 1) { // of inotify(7): instead of what was read, IN_Q_OVERFLOW
                            ByteBuffer.wrap(buffer)
                                    .order(ByteOrder.nativeOrder())
                                    .putInt(-1)
                                    .putInt(Linux.IN_Q_OVERFLOW)
                                    .putInt(0)
                                    .putInt(0);
                            return 16;
                        }
                        return length;
                    }
                };
        try (FdStore store = kernel.open()) {
            store.await("x").close();
        }
    }

    @Test
    void aFailureOfTheThreadIsToldAndTheNextWaitHasAnother() throws Exception {
        Events events = new Events() {
            @Override
            int before(int wait, int[] events, long[] tokens) throws Exception {
                if (wait == 0) {
                    armed.take();
                    throw new IOException("on purpose");
                } else if (wait == 1) {
                    fill("x");
                }
                return 0;
            }
        };
        try (FdStore store = store(events)) {
            assertThatThrownBy(() -> store.await("x"))
                    .isInstanceOf(IllegalStateException.class)
                    .hasRootCauseMessage("on purpose");
            store.await("x").close();
        }
    }

    @Test
    void aDirectoryThatMayNotBeReadCannotBeWaitedIn() throws Exception {
        HostEvents events = new HostEvents() {
            @Override
            public int inotifyAddWatch(int fd, byte[] path, int mask) {
                return -Errno.EACCES.number();
            }
        };
        try (FdStore store = store(events)) {
            assertThatThrownBy(() -> store.await("x"))
                    .isInstanceOf(AccessDeniedException.class)
                    .hasMessageContaining("the directory must be readable");
        }
    }

    @Test
    void whatIsMissingForAWaitIsNamed() throws Exception {
        HostEvents events = new HostEvents() {
            @Override
            public int inotifyInit(int flags) {
                return -Errno.EMFILE.number();
            }
        };
        try (FdStore store = store(events)) {
            assertThatThrownBy(() -> store.await("x")).hasMessageContaining("max_user_instances");
        }
    }
}
