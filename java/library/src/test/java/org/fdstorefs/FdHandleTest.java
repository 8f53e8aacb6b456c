// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class FdHandleTest {
    private final AtomicInteger closes = new AtomicInteger();
    private volatile int closeResult;
    private final FdHandle handle = new FdHandle(new CountingSys(), 5);

    private final class CountingSys extends UnusedSys {
        @Override
        public int close(int fd) {
            assertThat(fd).isEqualTo(5);
            closes.incrementAndGet();
            return closeResult;
        }
    }

    @Test
    void closeClosesOnce() throws IOException {
        handle.close();
        handle.close();

        assertThat(closes).hasValue(1);
        assertThat(handle.isOpen()).isFalse();
    }

    @Test
    void closeWaitsForTheLastUse() throws IOException {
        handle.acquire();
        handle.acquire();
        handle.close();
        handle.release();
        assertThat(closes).hasValue(0);

        handle.release();
        assertThat(closes).hasValue(1);
    }

    @Test
    void aClosedHandleIsNotUsedAgain() throws IOException {
        handle.acquire();
        handle.close();

        assertThat(handle.acquire()).isFalse();
        handle.release();
        assertThat(closes).hasValue(1);
    }

    @Test
    void aHandleInUseIsNotGivenAway() {
        handle.acquire();

        assertThat(handle.detach()).isFalse();
        assertThat(handle.isOpen()).isTrue();
    }

    @Test
    void whatIsGivenAwayIsNotClosed() throws IOException {
        assertThat(handle.detach()).isTrue();

        handle.close();
        handle.run();
        assertThat(closes).hasValue(0);
    }

    @Test
    void whatIsForgottenIsClosed() {
        handle.run();

        assertThat(closes).hasValue(1);
    }

    @Test
    void aFailureOfCloseIsReported() {
        closeResult = -Errno.EIO.number();

        assertThatThrownBy(handle::close).hasMessage("fd 5: input/output error (EIO from close)");
    }

    @Test
    void anInterruptedCloseHasClosed() {
        closeResult = -Errno.EINTR.number();

        assertThatCode(handle::close).doesNotThrowAnyException();
    }

    @Test
    void racingUsesNeverSeeTheNumberClosedUnderTheirHands() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            for (int round = 0; round < 300; round++) {
                race(threads);
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private static void race(ExecutorService threads) throws Exception {
        AtomicInteger users = new AtomicInteger();
        AtomicInteger closes = new AtomicInteger();
        FdHandle handle = new FdHandle(
                new UnusedSys() {
                    @Override
                    public int close(int fd) {
                        assertThat(users).hasValue(0);
                        closes.incrementAndGet();
                        return 0;
                    }
                },
                5);
        List<Future<?>> tasks = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            tasks.add(threads.submit(() -> {
                while (handle.acquire()) {
                    users.incrementAndGet();
                    assertThat(closes).hasValue(0);
                    users.decrementAndGet();
                    handle.release();
                }
            }));
        }
        tasks.add(threads.submit(() -> {
            handle.close();
            return null;
        }));
        for (Future<?> task : tasks) {
            task.get();
        }
        assertThat(closes).hasValue(1);
    }
}
