// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.csi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.StatusException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class LocksTest {
    private final Locks impatient = new Locks(Duration.ZERO);

    @Test
    void whatIsHeldIsRefusedToWhoeverWaitsForTooLong() throws Exception {
        try (Locks.Held held = impatient.hold(Set.of("a", "b"))) {
            assertThat(held).isNotNull();
            assertThatThrownBy(() -> impatient.hold(Set.of("b", "c")))
                    .isInstanceOf(StatusException.class)
                    .hasMessageStartingWith("ABORTED: another call for ");
            impatient.hold(Set.of("c")).close();
        }
        impatient.hold(Set.of("a", "b")).close();
    }

    @Test
    void whoeverWaitsIsNext() throws Exception {
        Locks patient = new Locks(Duration.ofDays(1));
        CompletableFuture<String> second = new CompletableFuture<>();
        Thread waiting;
        try (Locks.Held held = patient.hold(Set.of("a"))) {
            assertThat(held).isNotNull();
            waiting = new Thread(() -> {
                try (Locks.Held next = patient.hold(Set.of("a"))) {
                    second.complete(next.getClass().getSimpleName());
                } catch (StatusException e) {
                    second.completeExceptionally(e);
                }
            });
            waiting.start();
            while (waiting.getState() != Thread.State.TIMED_WAITING) {
                Thread.onSpinWait();
            }
            assertThat(second).isNotDone();
        }
        waiting.join();
        assertThat(second).isCompleted();
    }
}
