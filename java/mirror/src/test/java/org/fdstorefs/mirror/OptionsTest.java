// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.mirror;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class OptionsTest {
    @Test
    void allOptions() {
        assertThat(Options.parse("serve", "--source", "/a", "--mount", "/b", "--store", "/c", "--standby"))
                .isEqualTo(new Options(Path.of("/a"), Path.of("/b"), Optional.of(Path.of("/c")), 1, true, true));
    }

    @Test
    void theNumberOfWorkersIsFrom1To64() {
        assertThat(Options.parse("serve", "--source", "/a", "--mount", "/b", "--workers", "64")
                        .workers())
                .isEqualTo(64);
        for (String wrong : new String[] {"0", "65", "-1", "four", ""}) {
            assertThatThrownBy(() -> Options.parse("serve", "--source", "/a", "--mount", "/b", "--workers", wrong))
                    .hasMessage("--workers needs a number from 1 to 64");
        }
        assertThatThrownBy(() -> Options.parse("serve", "--workers"))
                .hasMessage("--workers needs a number from 1 to 64");
    }

    @Test
    void theStoreMayBeMissing() {
        assertThat(Options.parse("serve", "--source", "/a", "--mount", "/b"))
                .isEqualTo(new Options(Path.of("/a"), Path.of("/b"), Optional.empty(), 1, false, false));
    }

    @Test
    void mistakesAreNamed() {
        assertThatThrownBy(() -> Options.parse()).hasMessage("no command");
        assertThatThrownBy(() -> Options.parse("serve", "--mount", "/b")).hasMessage("missing argument");
        assertThatThrownBy(() -> Options.parse("serve", "--source")).hasMessage("--source needs a directory");
        assertThatThrownBy(() -> Options.parse("serve", "--sauce")).hasMessage("unknown argument --sauce");
        assertThatThrownBy(() -> Options.parse("serve", "--source", "/a", "--mount", "/b", "--standby"))
                .hasMessage("missing argument");
    }
}
