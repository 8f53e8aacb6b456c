// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.guard.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.fdstorefs.fuse.FuseException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class GateTest {
    private final Gate gate = new Gate();

    /** A server that does nothing. */
    private static final class Idle implements Backend {
        @Override
        public int generation() {
            return 1;
        }

        @Override
        public int call(ByteBuffer message, ByteBuffer rest, ByteBuffer reply) {
            return 0;
        }

        @Override
        public void send(ByteBuffer message) {}
    }

    private CompletableFuture<Gate.Pass> entering(boolean name, boolean suspect) {
        CompletableFuture<Gate.Pass> entered = new CompletableFuture<>();
        Thread thread = new Thread(() -> {
            try {
                entered.complete(gate.enter(name, suspect));
            } catch (FuseException e) {
                entered.completeExceptionally(e);
            }
        });
        thread.setDaemon(true);
        thread.start();
        return entered;
    }

    @Test
    void whoHasNoPatienceIsToldEio() {
        gate.patience(Duration.ofNanos(1));

        assertThatThrownBy(() -> gate.enter(false, false))
                .isInstanceOf(FuseException.class)
                .hasMessage("EIO");
    }

    @Test
    void whoeverWaitsIsToldEioWhenItIsGivenUp() {
        CompletableFuture<Gate.Pass> one = entering(false, false);
        CompletableFuture<Gate.Pass> other = entering(true, true);
        gate.giveUp();

        assertThatThrownBy(one::join).hasRootCauseMessage("EIO");
        assertThatThrownBy(other::join).hasRootCauseMessage("EIO");
        assertThatThrownBy(() -> gate.enter(false, false)).hasMessage("EIO");
    }

    @Test
    void namesGoFirstAndOneByOne() throws Exception {
        gate.openForNames(new Idle());
        CompletableFuture<Gate.Pass> other = entering(false, false);
        Gate.Pass first = gate.enter(true, false);
        CompletableFuture<Gate.Pass> second = entering(true, false);

        assertThat(second).isNotDone();
        gate.leave(first);
        gate.leave(second.join());
        gate.awaitNames();
        assertThat(other).isNotDone();
        gate.open();
        gate.leave(other.join());
    }

    @Test
    void suspectsGoOneByOneAndOthersAtOnce() throws Exception {
        gate.openForNames(new Idle());
        gate.open();
        Gate.Pass suspect = gate.enter(false, true);
        CompletableFuture<Gate.Pass> second = entering(false, true);
        gate.leave(gate.enter(false, false));

        assertThat(second).isNotDone();
        gate.leave(suspect);
        gate.leave(second.join());
    }

    @Test
    void itClosesWhenAllHaveLeft() throws Exception {
        gate.openForNames(new Idle());
        gate.open();
        Gate.Pass pass = gate.enter(false, false);
        CompletableFuture<Void> closed = CompletableFuture.runAsync(() -> {
            try {
                gate.close();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });

        assertThat(closed).isNotDone();
        gate.leave(pass);
        closed.join();
        assertThat(gate.backend()).isEmpty();
    }

    @Test
    void aServerThatEndedIsNotOpened() throws Exception {
        gate.openForNames(new Idle());
        gate.close();
        gate.open();

        assertThat(entering(false, false)).isNotDone();
    }
}
