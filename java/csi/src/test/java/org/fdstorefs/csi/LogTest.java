// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.csi;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import org.junit.jupiter.api.Test;

class LogTest {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final Log log = Logs.to(bytes);

    @Test
    void aLineHasItsTimeLevelMessageAndFields() {
        log.info("store mounted", "volume", new VolumeId("csi-1"), "pod", new Pod("default", "web"));

        assertThat(bytes)
                .hasToString("time=2026-11-30T12:00:00.123Z level=info msg=\"store mounted\" volume=csi-1"
                        + " pod=default/web\n");
    }

    @Test
    void noValueCanPassForAnotherFieldOrLine() {
        log.error("x", "reason", "a b=\"c\\\"\nlevel=info\u0007");

        assertThat(bytes.toString(UTF_8)).endsWith(" reason=\"a b=\\\"c\\\\\\\"\\nlevel=info?\"\n");
    }

    @Test
    void anEmptyValueIsSeen() {
        log.warn("x", "reason", "", "cause", null);

        assertThat(bytes.toString(UTF_8)).endsWith(" reason=\"\" cause=null\n");
    }
}
