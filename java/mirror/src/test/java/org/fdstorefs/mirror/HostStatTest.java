// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.mirror;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

class HostStatTest {
    private static ByteBuffer statx(int mask, long seconds, int nanos) {
        return ByteBuffer.allocate(256)
                .order(ByteOrder.nativeOrder())
                .putInt(0, mask)
                .putLong(32, 42)
                .putLong(80, seconds)
                .putInt(88, nanos);
    }

    @Test
    void aFileIsToldFromALaterOneWithItsInodeNumber() {
        HostStat first = HostStat.read(statx(0xfff, 1_800_000_000, 4_000_000), true);
        HostStat later = HostStat.read(statx(0xfff, 1_800_000_000, 8_000_000), true);

        assertThat(later.inode()).isEqualTo(first.inode());
        assertThat(later.generation()).isNotEqualTo(first.generation()).isBetween(0L, 0xffffffffL);
    }

    @Test
    void whereTheTimeOfBirthIsUnknownOrChangesThereIsNoGeneration() {
        assertThat(HostStat.read(statx(0x7ff, 1, 1), true).generation()).isZero();
        assertThat(HostStat.read(statx(0xfff, 1, 1), false).generation()).isZero();
    }
}
