// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.csi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsTest {
    @Test
    void thereIsAValueForEverything() {
        assertThat(Settings.of(List.of(), "host"))
                .isEqualTo(new Settings(
                        Path.of("/var/lib/kubelet/plugins_registry/fdstorefs.org-reg.sock"),
                        Path.of("/var/lib/kubelet"),
                        "host",
                        4096));
    }

    @Test
    void theSocketIsInTheKubeletsDirectory() {
        assertThat(Settings.of(List.of("--kubelet-dir=/k", "--node-id=n", "--max=7"), "host"))
                .isEqualTo(new Settings(Path.of("/k/plugins_registry/fdstorefs.org-reg.sock"), Path.of("/k"), "n", 7));
        assertThat(Settings.of(List.of("--socket=/s"), "host").socket()).isEqualTo(Path.of("/s"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--max=0",
                "--max=4294967296",
                "--max=x",
                "--max=",
                "--max",
                "max=1",
                "--other=1",
                "--kubelet-dir=k",
                "x"
            })
    void anythingElseIsRefusedByName(String argument) {
        assertThatThrownBy(() -> Settings.of(List.of(argument), "host"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(argument);
    }
}
