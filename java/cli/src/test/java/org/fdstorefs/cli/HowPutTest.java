// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.fdstorefs.PutOption;
import org.junit.jupiter.api.Test;

class HowPutTest {
    @Test
    void whatWasPutWithoutOptionsIsPutSoAgain() {
        assertThat(new HowPut(List.of(), Optional.empty()).options()).isEmpty();
    }

    @Test
    void whatWasPutToHangUpIsPutSoAgain() {
        HowPut how = new HowPut(List.of(PutOption.PEER, PutOption.REMOVE), Optional.of("timerfd"));

        assertThat(how.options()).containsExactly(PutOption.PEER, PutOption.REMOVE);
        assertThat(how.options(true)).containsExactly(PutOption.PEER, PutOption.REMOVE, PutOption.REPLACE);
    }

    @Test
    void withoutItsAnchorAnEntryCannotRemoveItself() {
        assertThat(new HowPut(List.of(PutOption.REMOVE), Optional.of("pidfd")).options())
                .isEmpty();
    }
}
