// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import org.fdstorefs.Fd;
import org.fdstorefs.FdStoreException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Descriptors of a process that knows of no store are put into one, and outlive it. */
class RescueIT {
    @RegisterExtension
    final MountedStore mounted = new MountedStore();

    @TempDir
    Path directory;

    /** Puts a descriptor of that process into the entry {@code rescued}, and kills the process. */
    private void rescue(JavaProgram victim, String number) throws Exception {
        try (victim;
                Fd fd = Fd.fromProcess(victim.handle(), Integer.parseInt(number))) {
            mounted.store().put("rescued", fd);
            victim.kill();
        }
    }

    @Test
    void theContentOfADeletedFileIsRescuedFromTheProcessThatHasIt() throws Exception {
        JavaProgram victim = JavaProgram.start(Victim.class, "deleted", directory.resolve("x"));
        rescue(victim, victim.line());

        assertThat(directory.resolve("x")).doesNotExist();
        try (Fd fd = mounted.store().get("rescued");
                FileChannel channel = fd.newFileChannel()) {
            ByteBuffer content = ByteBuffer.allocate(100);
            channel.read(content, 0);

            assertThat(UTF_8.decode(content.flip()).toString()).isEqualTo("precious");
            assertThat(channel.position()).as("where the process was").isEqualTo(8);
        }
    }

    @Test
    void aListenerIsRescuedFromTheProcessThatHasIt() throws Exception {
        JavaProgram victim = JavaProgram.start(Victim.class, "listener", directory.resolve("x"));
        String number = victim.line();
        int port = Integer.parseInt(victim.line());
        rescue(victim, number);

        try (SocketChannel client = SocketChannel.open(new InetSocketAddress("127.0.0.1", port));
                Fd fd = mounted.store().get("rescued");
                ServerSocketChannel listener = fd.newServerSocketChannel();
                SocketChannel server = listener.accept()) {
            assertThat(server.getRemoteAddress()).isEqualTo(client.getLocalAddress());
        }
    }

    @Test
    void thereIsNothingToRescueFromAProcessThatWasKilled() throws Exception {
        JavaProgram victim = JavaProgram.start(Victim.class, "deleted", directory.resolve("x"));
        String number = victim.line();
        victim.kill();
        victim.close();

        assertThatThrownBy(() -> Fd.fromProcess(victim.handle(), Integer.parseInt(number)))
                .isInstanceOf(FdStoreException.class)
                .hasMessageContaining("it has ended (ESRCH");
    }
}
