// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The standard output, which remembers why it could not be written. The names of entries are bytes, which only UTF-8
 * gives back whatever the locale.
 */
final class Output {
    private static final int BUFFER_SIZE = 8192;

    private final Remembering sink;
    private final PrintStream stream;

    Output(OutputStream sink) {
        this.sink = new Remembering(sink);
        this.stream = new PrintStream(new BufferedOutputStream(this.sink, BUFFER_SIZE), false, UTF_8);
    }

    PrintStream stream() {
        return stream;
    }

    /** Writes what is still in the buffer, and says why something could not be written. */
    Optional<IOException> finish() {
        stream.flush();
        return Optional.ofNullable(sink.failure);
    }

    private static final class Remembering extends FilterOutputStream {
        private @Nullable IOException failure;

        private Remembering(OutputStream out) {
            super(out);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            try {
                out.write(bytes, offset, length);
            } catch (IOException e) {
                failure = failure == null ? e : failure;
                throw e;
            }
        }
    }
}
