// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.fdstorefs.FdEntry;
import org.fdstorefs.PutOption;
import org.fdstorefs.StoredFile;
import org.junit.jupiter.api.Test;

class HowPutTest {
    @Test
    void anEntryOfWhichTheKernelTellsNothingWasPutWithoutOptions() {
        assertThat(HowPut.of(entry(Map.of("state", "filled"))).options()).isEmpty();
    }

    @Test
    void whatWasPutToHangUpIsPutSoAgain() {
        assertThat(HowPut.of(entry(Map.of("put-hangup", "yes"))).options()).containsExactly(PutOption.HANGUP);
        assertThat(HowPut.of(entry(Map.of("put-peer", "yes", "put-hangup", "yes", "put-remove", "yes")))
                        .options())
                .containsExactly(PutOption.PEER, PutOption.REMOVE);
    }

    @Test
    void withoutItsAnchorAnEntryCannotRemoveItself() {
        HowPut how = HowPut.of(entry(Map.of("put-anchor", "pidfd", "put-remove", "yes")));

        assertThat(how.options()).isEmpty();
        assertThat(how.anchor()).contains("pidfd");
    }

    @Test
    void jsonTellsHowItWasPut() {
        assertThat(EntryDocument.of(entry(Map.of("put-peer", "yes", "put-anchor", "timerfd"))))
                .containsEntry("hangup", false)
                .containsEntry("peer", true)
                .containsEntry("remove", false)
                .containsEntry("anchor", "timerfd");
    }

    private static FdEntry entry(Map<String, String> attributes) {
        StoredFile stored = new StoredFile("socket", "0:8", 7, StoredFile.Access.READ_WRITE, 2, Instant.EPOCH);
        return new FdEntry("x", FdEntry.State.FILLED, Optional.of(stored), attributes);
    }
}
