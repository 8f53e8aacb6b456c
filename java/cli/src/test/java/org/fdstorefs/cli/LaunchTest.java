// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;

class LaunchTest {
    @Test
    void theInheritedDescriptorsAreThoseThatTheLauncherLists() {
        Launch launch = launch(Map.of("fdstore.inherited", " 0 1 2 10"));

        assertThat(launch.mayHaveInherited(10)).isTrue();
        assertThat(launch.mayHaveInherited(3)).isFalse();
    }

    @Test
    void noDescriptorMayBeInheritedAtAll() {
        assertThat(launch(Map.of("fdstore.inherited", "")).mayHaveInherited(0)).isFalse();
    }

    @Test
    void anyDescriptorMayBeInheritedWithoutTheLauncher() {
        assertThat(launch(Map.of()).mayHaveInherited(3)).isTrue();
    }

    @Test
    void signalsAreHexadecimalMasks() {
        Launch launch = launch(Map.of("fdstore.ignored", "0000000000001800", "fdstore.blocked", "ffffffffffffffff"));

        assertThat(launch.ignored()).isEqualTo(0x1800);
        assertThat(launch.blocked()).isEqualTo(-1L);
    }

    private static Launch launch(Map<String, String> values) {
        Properties properties = new Properties();
        properties.putAll(values);
        return Launch.of(properties);
    }
}
