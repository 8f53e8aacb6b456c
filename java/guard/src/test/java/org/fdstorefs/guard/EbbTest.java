// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.guard;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class EbbTest {
    private final Ebb ebb = new Ebb();

    @Test
    void mostOfManyNodesHaveToGoForIt() {
        assertThat(ebb.hasCome(1_000_000)).isFalse();
        assertThat(ebb.hasCome(300_000)).isFalse();
        assertThat(ebb.hasCome(200_000)).isTrue();
    }

    @Test
    void itIsToldOnce() {
        ebb.hasCome(1_000_000);
        assertThat(ebb.hasCome(100_000)).isTrue();
        assertThat(ebb.hasCome(100_000)).isFalse();
        assertThat(ebb.hasCome(10_000)).isTrue();
        assertThat(ebb.hasCome(10)).isFalse();
    }

    @Test
    void fewNodesAreNotWorthIt() {
        ebb.hasCome(50_000);
        assertThat(ebb.hasCome(0)).isFalse();
    }
}
