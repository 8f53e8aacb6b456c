// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.soak;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class CrewTest {
    private static final Duration LONG = Duration.ofSeconds(60);

    @Test
    void workloadsComeToTheirEnd() throws InterruptedException {
        Crew crew = new Crew(List.of(new Waiting()), LONG);
        crew.start();

        assertThat(crew.hanging()).isEmpty();
        assertThat(crew.stop()).isTrue();
        assertThat(crew.isClean()).isTrue();
    }

    @Test
    void oneThatGetsNothingDoneIsFound() throws InterruptedException {
        Waiting waiting = new Waiting() {
            @Override
            public void stop() {}
        };
        Crew crew = new Crew(List.of(waiting), Duration.ofMillis(1));
        crew.start();

        assertThat(crew.stop()).isFalse();
        assertThat(crew.hanging()).containsExactly("waiting");
        waiting.end.countDown();
    }

    private static class Waiting implements Workload {
        final CountDownLatch end = new CountDownLatch(1);
        private final Tally tally = new Tally();

        @Override
        public String name() {
            return "waiting";
        }

        @Override
        public Tally tally() {
            return tally;
        }

        @Override
        public void stop() {
            end.countDown();
        }

        @Override
        public void run() {
            try {
                end.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
