// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import org.junit.jupiter.api.Test;

class OutputTest {
    @Test
    void nothingIsWrittenBeforeTheEnd() {
        ByteArrayOutputStream sink = new ByteArrayOutputStream();
        Output output = new Output(sink);
        output.stream().print("k\u00e4se");
        assertThat(sink.size()).isZero();

        assertThat(output.finish()).isEmpty();
        assertThat(sink.toString(UTF_8)).isEqualTo("k\u00e4se");
    }

    @Test
    void itTellsWhyItCouldNotBeWritten() {
        IOException full = new IOException("No space left on device");
        Output output = new Output(new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw full;
            }
        });
        output.stream().print("x");

        assertThat(output.finish()).containsSame(full);
    }
}
