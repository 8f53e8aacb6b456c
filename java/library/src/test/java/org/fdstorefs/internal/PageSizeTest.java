// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.internal;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PageSizeTest {
    private static final long AT_HWCAP = 16;
    private static final long AT_PAGESZ = 6;

    private static ByteBuffer vector(long... words) {
        ByteBuffer vector = ByteBuffer.allocate(words.length * Long.BYTES).order(ByteOrder.nativeOrder());
        vector.asLongBuffer().put(words);
        return vector;
    }

    @Test
    void thatOfThisMachineIsWhatGetconfSays() throws IOException {
        Process getconf = new ProcessBuilder("getconf", "PAGESIZE").start();
        String said = new String(getconf.getInputStream().readAllBytes(), US_ASCII).strip();

        assertThat(PageSize.ofMachine()).hasToString(said);
    }

    @ParameterizedTest
    @ValueSource(ints = {4096, 16_384, 65_536})
    void itIsFoundBehindWhatElseAProgramIsTold(int size) throws IOException {
        assertThat(PageSize.in(vector(AT_HWCAP, 0x1234, AT_PAGESZ, size, 0, 0))).isEqualTo(size);
    }

    @Test
    void aVectorThatDoesNotSayItIsNoAnswer() {
        assertThatThrownBy(() -> PageSize.in(vector(AT_HWCAP, 6, 0, 0, AT_PAGESZ, 4096)))
                .isInstanceOf(IOException.class)
                .hasMessage("/proc/self/auxv does not say it");
        assertThatThrownBy(() -> PageSize.in(vector(AT_PAGESZ))).isInstanceOf(IOException.class);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -4096, 2048, 5000, 262_144, 1L << 32})
    void anotherSizeThanKernelsAreBuiltForIsRefused(long size) {
        assertThatThrownBy(() -> PageSize.in(vector(AT_PAGESZ, size)))
                .hasMessageContaining("pages of %,d bytes".formatted(size))
                .hasMessageContaining("use a kernel with such pages");
    }
}
