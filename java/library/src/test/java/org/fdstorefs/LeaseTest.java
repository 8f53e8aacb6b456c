// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import org.fdstorefs.internal.Linux;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** With the flock(2) of this machine. */
@Timeout(60)
class LeaseTest {
    @TempDir
    Path directory;

    @Test
    void oneHasItAtATime() throws Exception {
        try (FdStore store = new HostStore(directory).open()) {
            try (Lease lease = store.lease("x")) {
                assertThat(lease.isHeld()).isTrue();
                assertThat(store.tryLease("x")).isEmpty();
                assertThat(store.lease("x", Duration.ZERO)).isEmpty();
            }
            Lease next = store.tryLease("x").orElseThrow();
            next.close();
            next.close();
            assertThat(next.isHeld()).isFalse();
        }
    }

    @Test
    void aLeaseWhoseNameIsGoneIsNotHeld() throws Exception {
        try (FdStore store = new HostStore(directory).open();
                Lease lease = store.lease("x")) {
            Files.move(directory.resolve("x"), directory.resolve("y"));
            assertThat(lease.isHeld()).isFalse();

            Files.createFile(directory.resolve("x"));
            assertThat(lease.isHeld()).isFalse();
        }
    }

    @Test
    void aLockOfAnEntryThatWasReplacedJustThenIsNoLease() throws Exception {
        AtomicInteger locks = new AtomicInteger();
        HostStore busy = new HostStore(directory) {
            @Override
            public int flock(int fd, int operation) {
                int result = super.flock(fd, operation);
                if ((operation & Linux.LOCK_EX) != 0 && locks.incrementAndGet() == 1) {
                    replace();
                }
                return result;
            }
        };
        try (FdStore store = busy.open();
                Lease lease = store.tryLease("x").orElseThrow()) {
            assertThat(lease.isHeld()).isTrue();
            assertThat(locks).hasValue(2);
        }
    }

    private void replace() {
        try {
            Files.delete(directory.resolve("x"));
            Files.createFile(directory.resolve("x"));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void whoIsInterruptedGoesWithoutAndTheLockIsGivenUp() throws Exception {
        CountDownLatch waits = new CountDownLatch(1);
        HostStore watched = new HostStore(directory) {
            @Override
            public int flock(int fd, int operation) {
                if (operation == Linux.LOCK_EX) {
                    waits.countDown();
                }
                return super.flock(fd, operation);
            }
        };
        try (FdStore store = watched.open()) {
            CompletableFuture<Object> result = new CompletableFuture<>();
            try (Lease lease = store.lease("x")) {
                Thread thread = new Thread(() -> {
                    try {
                        result.complete(store.lease("x"));
                    } catch (Exception e) {
                        result.complete(e);
                    }
                });
                thread.start();
                waits.await();

                thread.interrupt();

                assertThat(result.get()).isInstanceOf(InterruptedException.class);
                assertThat(lease.isHeld()).isTrue();
            }
            store.lease("x").close(); // hangs if the other thread keeps the lock
        }
    }

    @Test
    void aLockThatComesAtTheEndOfTheTimeIsNotLost() throws Exception {
        HostStore slow = new HostStore(directory) {
            private boolean first = true;

            @Override
            public int flock(int fd, int operation) {
                if ((operation & Linux.LOCK_NB) != 0 && first) {
                    first = false;
                    return -Errno.EAGAIN.number();
                }
                return super.flock(fd, operation);
            }
        };
        try (FdStore store = slow.open()) {
            Optional<Lease> lease = store.lease("x", Duration.ofMinutes(1));

            assertThat(lease.orElseThrow().isHeld()).isTrue();
            lease.get().close();
        }
    }

    @Test
    void aSignalDoesNotEndTheWait() throws Exception {
        HostStore signalled = new HostStore(directory) {
            private int calls;

            @Override
            public int flock(int fd, int operation) {
                return switch (calls++) {
                    case 0 -> -Errno.EAGAIN.number();
                    case 1 -> -Errno.EINTR.number();
                    default -> super.flock(fd, operation);
                };
            }
        };
        try (FdStore store = signalled.open();
                Lease lease = store.lease("x")) {
            assertThat(lease.isHeld()).isTrue();
        }
    }

    @Test
    void aFailureOfTheLockIsTold() throws Exception {
        HostStore broken = new HostStore(directory) {
            @Override
            public int flock(int fd, int operation) {
                return -Errno.EINVAL.number();
            }
        };
        try (FdStore store = broken.open()) {
            assertThatThrownBy(() -> store.lease("x"))
                    .isInstanceOf(FdStoreException.class)
                    .hasMessageContaining("EINVAL from flock");
        }
    }

    @Test
    void manyWhoWaitInVainLeaveOneThreadAndOneDescriptor() throws Exception {
        try (FdStore store = new HostStore(directory).open()) {
            int descriptors;
            try (Lease lease = store.lease("x")) {
                long before = lockers();
                descriptors = OpenFiles.numbers().size();
                for (int i = 0; i < 300; i++) {
                    assertThat(store.lease("x", Duration.ofNanos(1 + i))).isEmpty();
                    assertThat(store.lease("x", Duration.ofMillis(i / 299))).isEmpty();
                }
                assertThat(store.lease("x", Duration.ofMillis(5))).isEmpty();
                assertThat(lockers()).isEqualTo(before + 1);
                assertThat(OpenFiles.numbers()).hasSizeLessThanOrEqualTo(descriptors + 1);
                assertThat(lease.isHeld()).isTrue();
            }
            store.lease("x").close();
        }
    }

    private static long lockers() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("fdstore-lease"))
                .count();
    }

    @Test
    void manyWhoWaitGetItOneAfterTheOther() throws Exception {
        AtomicInteger holders = new AtomicInteger();
        try (FdStore store = new HostStore(directory).open()) {
            List<FutureTask<Boolean>> all = new ArrayList<>();
            try (Lease first = store.lease("x")) {
                for (int i = 0; i < 200; i++) {
                    Duration time = i % 3 == 0 ? Duration.ofNanos(i * 10_000L) : Duration.ofDays(1);
                    all.add(NewestThreads.start(() -> {
                        Optional<Lease> got = store.lease("x", time);
                        if (got.isPresent()) {
                            assertThat(holders.incrementAndGet()).isEqualTo(1);
                            holders.decrementAndGet();
                            got.get().close();
                        }
                        return got.isPresent();
                    }));
                }
                assertThat(first.isHeld()).isTrue();
            }
            for (int i = 0; i < all.size(); i++) {
                assertThat(all.get(i).get() || i % 3 == 0).isTrue();
            }
        }
    }

    @Test
    void whoWaitsForWhatWasReplacedMeanwhileWaitsForTheNewOne() throws Exception {
        try (FdStore store = new HostStore(directory).open()) {
            List<FutureTask<Lease>> all = new ArrayList<>();
            Lease old = store.lease("x");
            for (int i = 0; i < 10; i++) {
                all.add(NewestThreads.start(
                        () -> store.lease("x", Duration.ofDays(1)).orElseThrow()));
            }
            while (lockers() == 0) {
                Thread.onSpinWait();
            }
            replace();
            // Empty if one of them has begun so late that it has found the new one.
            Optional<Lease> current = store.tryLease("x");
            old.close();
            if (current.isPresent()) {
                current.get().close();
            }
            for (int got = 0; got < all.size(); ) {
                for (FutureTask<Lease> task : List.copyOf(all)) {
                    if (task.isDone() && task.get().isHeld()) {
                        got++;
                        task.get().close();
                    }
                }
            }
        }
    }

    @Test
    void whoeverHoldsALeaseNeedNotRememberIt() throws Exception {
        try (FdStore store = new HostStore(directory).open()) {
            lead(store);
            Garbage.collect();

            assertThat(store.tryLease("x")).isEmpty();
            assertThat(store.lease("x", Duration.ofMillis(5))).isEmpty();
        }
    }

    private static void lead(FdStore store) throws Exception {
        assertThat(store.lease("x").isHeld()).isTrue();
    }

    @Test
    void aLeaseThatWasWaitedForNeedNotBeRememberedEither() throws Exception {
        try (FdStore store = new HostStore(directory).open()) {
            Lease first = store.lease("x");
            FutureTask<Void> next = NewestThreads.start(() -> {
                lead(store);
                return null;
            });
            first.close();
            next.get();
            Garbage.collect();

            assertThat(store.tryLease("x")).isEmpty();
        }
    }

    @Test
    void aNegativeTimeIsRefused() throws Exception {
        try (FdStore store = new HostStore(directory).open()) {
            assertThatThrownBy(() -> store.lease("x", Duration.ofNanos(-1)))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }
}
