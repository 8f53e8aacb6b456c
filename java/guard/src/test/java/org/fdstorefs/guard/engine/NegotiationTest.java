// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.guard.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NegotiationTest {
    private static final int MAX_PAGES = 1 << 22;
    private static final int OUT_MAX_PAGES = 28;

    private static ByteBuffer agree(int flags, int pages, int pageSize) throws IOException {
        ByteBuffer offer = ByteBuffer.allocate(64).order(ByteOrder.nativeOrder());
        offer.putInt(0, 7).putInt(4, 40).putInt(12, MAX_PAGES);
        ByteBuffer answer = ByteBuffer.allocate(64).order(ByteOrder.nativeOrder());
        answer.putInt(0, 7).putInt(4, 40).putInt(12, flags).putInt(20, 1 << 20).putShort(OUT_MAX_PAGES, (short) pages);
        return ByteBuffer.wrap(Negotiation.agree(offer, answer, pageSize)).order(ByteOrder.nativeOrder());
    }

    @ParameterizedTest
    @CsvSource({"4096, 32", "16384, 8", "65536, 2"})
    void noReadIsLongerThanAReplyWhateverTheServerTakes(int pageSize, int most) throws IOException {
        assertThat(agree(MAX_PAGES, 256, pageSize).getShort(OUT_MAX_PAGES)).isEqualTo((short) most);
        assertThat(agree(MAX_PAGES, 1, pageSize).getShort(OUT_MAX_PAGES)).isEqualTo((short) 1);
    }

    @ParameterizedTest
    @CsvSource({"4096, 32", "16384, 8", "65536, 2"})
    void aServerThatDoesNotSayHowManyPagesItTakesIsNotLeftToTheKernelsDefault(int pageSize, int most)
            throws IOException {
        ByteBuffer agreed = agree(0, 0, pageSize);

        assertThat(agreed.getInt(12) & MAX_PAGES).isNotZero();
        assertThat(agreed.getShort(OUT_MAX_PAGES)).isEqualTo((short) most);
    }
}
