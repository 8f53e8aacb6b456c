// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.fuse.wire;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NegotiatedTest {
    @ParameterizedTest
    @CsvSource({"131072, 4096, 32", "131072, 16384, 8", "131072, 65536, 2", "4096, 65536, 1"})
    void aReadIsAskedForWithNoMorePagesThanAReplyHasRoomFor(int maxWrite, int pageSize, int pages) {
        assertThat(new Negotiated(38, 0, 0, maxWrite).pages(pageSize)).isEqualTo(pages);
    }
}
