// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.soak;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;

class TakeoverTest {
    private static final String LINE = "took over replayed=2 resent=1 answered=3 opcodes=RENAME,WRITE,WRITE";

    @Test
    void aLineIsRead() {
        assertThat(Takeover.parse(LINE)).isEqualTo(new Takeover(2, 1, 3, List.of("RENAME", "WRITE", "WRITE")));
    }

    @Test
    void aLineOfATakeoverWithNothingToDoIsRead() {
        Takeover takeover = Takeover.parse("took over replayed=0 resent=0 answered=1 opcodes=-");

        assertThat(takeover).isEqualTo(new Takeover(0, 0, 1, List.of()));
        assertThat(takeover.betweenReadAndReply()).isFalse();
    }

    @Test
    void anotherLineIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> Takeover.parse("took over the world"));
    }

    @Test
    void takeoversAreAddedUp() {
        Takeovers takeovers = new Takeovers();
        takeovers.add(Takeover.parse(LINE));
        takeovers.add(Takeover.parse("took over replayed=0 resent=0 answered=1 opcodes=-"));
        takeovers.add(Takeover.parse("took over replayed=0 resent=1 answered=0 opcodes=RENAME"));

        assertThat(takeovers.between()).isEqualTo(2);
        assertThat(takeovers.words())
                .isEqualTo("takeovers=3 between=2 replayed=2 resent=2 answered=4 opcodes=RENAME:2,WRITE:2");
    }
}
