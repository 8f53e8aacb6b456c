// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.soak;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class BackendsTest {
    private final Backends backends = new Backends();
    private ServerProcess guard;
    private Process backend;
    private String name;

    @BeforeEach
    void start() throws IOException {
        backend = new ProcessBuilder("sleep", "600").start();
        guard = ServerProcess.start(List.of("sleep", "600"), new Deaf());
        name = "backend " + backend.pid();
    }

    @AfterEach
    void end() {
        backend.destroyForcibly();
        guard.kill();
    }

    @Test
    void whatAGuardSaysCounts() {
        assertThat(backends.said(guard, name + " started")).isTrue();
        assertThat(backends.of(guard)).contains(backend.pid());

        assertThat(backends.said(guard, name + " ended: signal 11")).isTrue();
        assertThat(backends.of(guard)).isEmpty();
        assertThat(backends.said(guard, "backends are nice")).isFalse();
    }

    @Test
    void whatIsKilledIsNoCrash() throws InterruptedException {
        backends.said(guard, name + " started");

        assertThat(backends.kill(guard)).isTrue();

        assertThat(backend.waitFor()).isEqualTo(128 + 9);
        assertThat(backends.kill(guard)).isFalse();
        backends.said(guard, name + " ended: signal 9");
        assertThat(backends.crashes()).isEmpty();
    }

    @Test
    void whatEndsByItselfIsOne() {
        backends.said(guard, name + " started");
        backends.said(guard, name + " ended: signal 11");

        assertThat(backends.crashes()).containsExactly(guard + " said: " + name + " ended: signal 11");
    }

    @Test
    void atTheEndAllOfThemMayEnd() {
        backends.said(guard, name + " started");
        backends.expectEnd();
        backends.said(guard, name + " ended: status 0");

        assertThat(backends.crashes()).isEmpty();
    }

    @Test
    void theBackendOfAPredecessorIsNotOurs() {
        backends.said(guard, "backend 1 ended: signal 9");

        assertThat(backends.crashes()).isEmpty();
    }

    private static final class Deaf implements ServerProcess.Listener {
        @Override
        public void said(ServerProcess server, String line) {}

        @Override
        public void ended(ServerProcess server, int exitCode) {}
    }
}
