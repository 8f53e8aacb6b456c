// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.fdstorefs.internal.ByteStrings;
import org.junit.jupiter.api.Test;

class ListenFdsTest {
    @Test
    void theNamesAreInTheirOrder() throws Exception {
        assertThat(of("LISTEN_PID=7", "LISTEN_FDS=3", "LISTEN_FDNAMES=b:a/:").names())
                .containsExactly("b", "a/", "");
    }

    @Test
    void withoutNamesAllAreUnknown() throws Exception {
        assertThat(of("LISTEN_PID=7", "LISTEN_FDS=2").names()).containsExactly("unknown", "unknown");
    }

    @Test
    void theVariableThatIsWrongIsNamed() {
        refused("LISTEN_PID is not set", "LISTEN_FDS=1");
        refused("LISTEN_FDS is not set", "LISTEN_PID=7");
        refused("LISTEN_PID is 8, and this process is 7", "LISTEN_PID=8", "LISTEN_FDS=1");
        refused("LISTEN_PID is  7", "LISTEN_PID= 7", "LISTEN_FDS=1");
        refused("LISTEN_FDS is no number of descriptors: -1", "LISTEN_PID=7", "LISTEN_FDS=-1");
        refused("LISTEN_FDS is 0", "LISTEN_PID=7", "LISTEN_FDS=0");
        refused(
                "LISTEN_FDNAMES has 1 names, and LISTEN_FDS says 2",
                "LISTEN_PID=7",
                "LISTEN_FDS=2",
                "LISTEN_FDNAMES=a");
        refused("LISTEN_FDNAMES has a name", "LISTEN_PID=7", "LISTEN_FDS=1", "LISTEN_FDNAMES=\udcff");
    }

    @Test
    void whoOnlyLooksFindsNoneForAnotherProcess() throws Exception {
        assertThat(ifAny("LISTEN_PID=8", "LISTEN_FDS=2").names()).isEmpty();
        assertThat(ifAny("LISTEN_FDS=2").names()).isEmpty();
        assertThat(ifAny("LISTEN_PID=7", "LISTEN_FDS=0").names()).isEmpty();
        assertThat(ifAny("LISTEN_PID=7", "LISTEN_FDS=2", "LISTEN_FDNAMES=a:b").names())
                .containsExactly("a", "b");
    }

    private static ListenFds ifAny(String... environment) throws IOException {
        return ListenFds.ifAny(bytes(environment), 7);
    }

    private static void refused(String message, String... environment) {
        assertThatThrownBy(() -> of(environment))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith(message);
    }

    private static ListenFds of(String... environment) throws IOException {
        return ListenFds.of(bytes(environment), 7);
    }

    private static List<byte[]> bytes(String... environment) {
        return Stream.of(environment).map(ByteStrings::encode).toList();
    }
}
