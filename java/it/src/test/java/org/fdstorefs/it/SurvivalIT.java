// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import org.fdstorefs.Fd;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** What the project is for: descriptors that outlive the process. */
class SurvivalIT {
    @RegisterExtension
    final MountedStore mounted = new MountedStore();

    @TempDir
    Path directory;

    @Test
    void aListeningSocketOutlivesTheProcessThatMadeIt() throws Exception {
        Path address = directory.resolve("socket");
        try (JavaProgram server = JavaProgram.start(Putter.class, mounted.directory(), "listener", address)) {
            server.awaitReady().kill();
        }

        // Nobody has the socket open now; the kernel queues whoever comes.
        try (SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(address));
                Fd listener = mounted.store().get("listener");
                Fd connection = Libc.accept(listener)) {
            client.write(ByteBuffer.wrap("hello".getBytes(UTF_8)));
            client.shutdownOutput();

            assertThat(connection.newInputStream().readAllBytes())
                    .asString(UTF_8)
                    .isEqualTo("hello");
        }
    }
}
