// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

/** The numbers that gcc makes of fdstorefs.h. */
class UapiTest {
    @Test
    void requestsHaveTheNumbersOfTheHeader() {
        assertThat(Uapi.IOC_PUT).isEqualTo(0x4010df01L);
        assertThat(Uapi.IOC_GET).isEqualTo(0xdf02L);
        assertThat(Uapi.IOC_TAKE).isEqualTo(0xdf03L);
    }

    @Test
    void putHasTheLayoutOfTheHeader() {
        ByteBuffer put = ByteBuffer.wrap(Uapi.put(7, Uapi.PUT_REPLACE | Uapi.PUT_HANGUP, 9))
                .order(ByteOrder.nativeOrder());

        assertThat(put.remaining()).isEqualTo(16);
        assertThat(put.getInt()).isEqualTo(7);
        assertThat(put.getInt()).isEqualTo(3);
        assertThat(put.getInt()).isEqualTo(9);
        assertThat(put.getInt()).isZero();
    }

    @Test
    void aPutWithoutAnAnchorSaysSo() {
        ByteBuffer put = ByteBuffer.wrap(Uapi.put(7, 0, Uapi.NO_ANCHOR)).order(ByteOrder.nativeOrder());

        assertThat(put.getInt(4)).isZero();
        assertThat(put.getInt(8)).isEqualTo(-1);
    }
}
