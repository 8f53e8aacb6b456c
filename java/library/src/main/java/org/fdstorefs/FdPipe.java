// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs;

import static java.util.Objects.requireNonNull;

import java.io.IOException;

/**
 * Both ends of a pipe(2), as {@link Fd#pipe} makes one.
 *
 * <pre>{@code
 * FdPipe life = Fd.pipe();
 * try (FdStore store = FdStore.open(Path.of("/run/fdstore"));
 *         Fd log = Fd.open(Path.of("/tmp/log"), OpenFlag.WRITE, OpenFlag.CREATE)) {
 *     store.put("log", log, PutOption.anchor(life.reader())); // for as long as this process has the other end
 * }
 * }</pre>
 *
 * <p>Other processes can wait for the end of an end. So it is closed by its {@link Fd#close}, or with the process,
 * and unlike other Fds not by the garbage collector when nobody has it any more.
 *
 * @param reader the end to read from
 * @param writer the end to write to
 */
public record FdPipe(Fd reader, Fd writer) implements AutoCloseable {

    public FdPipe {
        requireNonNull(reader, "reader is null");
        requireNonNull(writer, "writer is null");
    }

    /** Closes both ends. Later calls do nothing. */
    @Override
    public void close() throws IOException {
        try (reader;
                writer) {
            // Nothing but to close both.
        }
    }
}
