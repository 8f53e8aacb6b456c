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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.fdstorefs.internal.Linux;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** With the inotify(7) of this machine; poll(2) of entries is for the integration tests. */
@Timeout(60)
class WaiterTest {
    private static final int ENTRY_EVENTS = 2 * Linux.POLLFD_SIZE + 6;

    /** Where nobody but the test makes or removes anything, since that would end waits for a moment. */
    @TempDir
    Path quiet;

    private Path directory;
    private final CountDownLatch waits = new CountDownLatch(1);

    /** Does something just before the first poll(2), and may answer for the kernel. */
    private class Polled extends HostStore {
        private final AtomicInteger polls = new AtomicInteger();

        Polled() {
            super(directory);
        }

        /** What poll(2) gives, or 1 for the kernel's answer. */
        @SuppressWarnings("UnusedVariable") // those that override it use them
        int beforePoll(int poll, ByteBuffer polls) throws IOException {
            return 1;
        }

        @Override
        public int poll(byte[] pollfds, int count, int timeoutMillis) {
            waits.countDown();
            try {
                ByteBuffer buffer = ByteBuffer.wrap(pollfds).order(ByteOrder.nativeOrder());
                int answer = beforePoll(polls.getAndIncrement(), buffer);
                return answer == 1 ? super.poll(pollfds, count, timeoutMillis) : answer;
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }
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
        Polled kernel = new Polled() {
            @Override
            int beforePoll(int poll, ByteBuffer polls) throws IOException {
                fill("x");
                return 1;
            }
        };
        try (FdStore store = kernel.open()) {
            store.await("x").close();
        }
    }

    @Test
    void whatAppearsBetweenLookingAndWatchingIsNotMissed() throws Exception {
        HostStore kernel = new HostStore(directory) {
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
        try (FdStore store = kernel.open()) {
            store.await("x").close();
        }
    }

    @Test
    void whatGoesBetweenLookingAndWatchingIsNotMissed() throws Exception {
        fill("x");
        HostStore kernel = new HostStore(directory) {
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
        try (FdStore store = kernel.open()) {
            assertThat(store.awaitEmpty("x", Duration.ofDays(1))).isTrue();
        }
    }

    @Test
    void whatIsTakenAwayInBetweenIsWaitedForAgain() throws Exception {
        Polled kernel = new Polled() {
            @Override
            int beforePoll(int poll, ByteBuffer polls) throws IOException {
                fill("x");
                if (poll == 0) {
                    Files.delete(directory.resolve("x"));
                }
                return 1;
            }
        };
        try (FdStore store = kernel.open()) {
            store.awaitTake("x").close();
        }
        assertThat(directory.resolve("x")).isEmptyFile();
    }

    @Test
    void aSignalDoesNotEndTheWait() throws Exception {
        Polled kernel = new Polled() {
            @Override
            int beforePoll(int poll, ByteBuffer polls) throws IOException {
                if (poll == 0) {
                    return -Errno.EINTR.number();
                }
                fill("x");
                return 1;
            }
        };
        try (FdStore store = kernel.open()) {
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
        try (FdStore store = new Polled().open()) {
            Thread thread = new Thread(() -> {
                try {
                    result.complete(store.await("x"));
                } catch (Exception e) {
                    result.complete(e);
                }
            });
            thread.start();
            waits.await();

            thread.interrupt();

            assertThat(result.get()).isInstanceOf(InterruptedException.class);
        }
    }

    @Test
    void theEndOfTheDirectoryEndsTheWait() throws Exception {
        Path child = Files.createDirectory(directory.resolve("child"));
        HostStore kernel = new HostStore(child) {
            @Override
            public int poll(byte[] pollfds, int count, int timeoutMillis) {
                try {
                    Files.deleteIfExists(child);
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
                return super.poll(pollfds, count, timeoutMillis);
            }
        };
        try (FdStore store = kernel.open()) {
            assertThatThrownBy(() -> store.await("x"))
                    .isInstanceOf(NoSuchFileException.class)
                    .hasMessage(child + ": the directory was removed");
            assertThat(store.awaitEmpty("x", Duration.ofMinutes(1))).isTrue();
        }
    }

    @Test
    void aSealedStoreEndsTheWaitForANameThatIsMissing() throws Exception {
        Polled kernel = new Polled() {
            @Override
            int beforePoll(int poll, ByteBuffer polls) {
                polls.putShort(ENTRY_EVENTS, (short) Linux.POLLHUP);
                return 2;
            }
        };
        assertSealed(kernel);
    }

    @Test
    void aSealedStoreEndsTheWaitForAnEmptyEntry() throws Exception {
        Files.createFile(directory.resolve("x"));
        Polled kernel = new Polled() {
            @Override
            int beforePoll(int poll, ByteBuffer polls) {
                polls.putShort(ENTRY_EVENTS, (short) Linux.POLLHUP);
                return 2;
            }
        };
        assertSealed(kernel);
    }

    @Test
    void anEntryThatIsReplacedDoesNotPassForASealedStore() throws Exception {
        Files.createFile(directory.resolve("x"));
        Polled kernel = new Polled() {
            @Override
            int beforePoll(int poll, ByteBuffer polls) throws IOException {
                fill("x");
                polls.putShort(ENTRY_EVENTS, (short) Linux.POLLHUP);
                return 2;
            }
        };
        try (FdStore store = kernel.open()) {
            store.await("x").close();
        }
    }

    private static void assertSealed(HostStore kernel) throws IOException {
        try (FdStore store = kernel.open()) {
            assertThatThrownBy(() -> store.await("x"))
                    .isInstanceOf(FdStoreException.class)
                    .hasMessageContaining("the store is sealed")
                    .hasMessageContaining("ESHUTDOWN");
        }
    }

    @Test
    void aDirectoryThatMayNotBeReadCannotBeWaitedIn() throws Exception {
        HostStore kernel = new HostStore(directory) {
            @Override
            public int inotifyAddWatch(int fd, byte[] path, int mask) {
                return -Errno.EACCES.number();
            }
        };
        try (FdStore store = kernel.open()) {
            assertThatThrownBy(() -> store.await("x"))
                    .isInstanceOf(AccessDeniedException.class)
                    .hasMessageContaining("the directory must be readable");
        }
    }

    @Test
    void whatIsMissingForAWaitIsNamed() throws Exception {
        HostStore kernel = new HostStore(directory) {
            @Override
            public int inotifyInit(int flags) {
                return -Errno.EMFILE.number();
            }
        };
        try (FdStore store = kernel.open()) {
            assertThatThrownBy(() -> store.await("x")).hasMessageContaining("max_user_instances");
        }
    }
}
