// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.internal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ByteStringsTest {
    @Test
    void utf8IsText() {
        assertThat(ByteStrings.decode("k\u00e4se \ud83e\uddc0".getBytes(UTF_8))).isEqualTo("k\u00e4se \ud83e\uddc0");
    }

    @Test
    void aByteThatIsNotUtf8BecomesALoneSurrogate() {
        assertThat(ByteStrings.decode(new byte[] {'a', (byte) 0xe4, 'b'})).isEqualTo("a\udce4b");
    }

    @Test
    void anyBytesSurviveTheRoundTrip() {
        Random random = new Random(1);
        for (int i = 0; i < 2000; i++) {
            byte[] bytes = new byte[random.nextInt(20)];
            random.nextBytes(bytes);
            assertThat(ByteStrings.encode(ByteStrings.decode(bytes))).isEqualTo(bytes);
        }
    }

    @Test
    void aSurrogateThatStandsForNoByteIsRefused() {
        assertThatThrownBy(() -> ByteStrings.encode("a\ud800")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aCStringEndsInNul() {
        assertThat(ByteStrings.cString(new byte[] {'a'})).isEqualTo(new byte[] {'a', 0});
    }

    @Test
    void aCStringHasNoOtherNul() {
        assertThatThrownBy(() -> ByteStrings.cString(new byte[] {'a', 0, 'b'}))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aPathBecomesTheBytesThatTheJdkWouldUse() {
        assertThat(ByteStrings.ofPath(Path.of("/run/x"))).isEqualTo("/run/x".getBytes(UTF_8));
    }

    @Test
    void bytesBecomeThePathThatTheyCameFrom() {
        assertThat(ByteStrings.toPath(ByteStrings.ofPath(Path.of("/run/x")))).isEqualTo(Path.of("/run/x"));
    }
}
