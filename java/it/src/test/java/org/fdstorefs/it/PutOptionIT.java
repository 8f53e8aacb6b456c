// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.fdstorefs.Fd;
import org.fdstorefs.FdStore;
import org.fdstorefs.FdStoreException;
import org.fdstorefs.PutOption;
import org.fdstorefs.internal.ProcessSys;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Entries that empty themselves. */
class PutOptionIT {
    private static final Duration LONG = Duration.ofMinutes(1);

    @RegisterExtension
    final MountedStore mounted = new MountedStore();

    private Fd file;

    @BeforeEach
    void open() throws IOException {
        file = Fd.open(Path.of("/dev/null"));
    }

    @AfterEach
    void close() throws IOException {
        file.close();
    }

    private FdStore store() {
        return mounted.store();
    }

    @Test
    void whatHangsUpIsReleased() throws Exception {
        try (Libc.Pipe pipe = Libc.pipe()) {
            store().put("x", pipe.writer(), PutOption.HANGUP);
            store().put("stays", pipe.writer());

            pipe.reader().close();

            assertThat(store().awaitEmpty("x", LONG)).isTrue();
            assertThat(store().find("stays").orElseThrow()).satisfies(Fd::close);
        }
    }

    @Test
    void whatHasHungUpAlreadyIsRefused() throws IOException {
        try (Libc.Pipe pipe = Libc.pipe()) {
            pipe.reader().close();

            assertThatThrownBy(() -> store().put("x", pipe.writer(), PutOption.HANGUP))
                    .isInstanceOf(FdStoreException.class)
                    .hasMessageContaining("EPIPE");
        }
    }

    @Test
    void whatCannotHangUpIsRefused() throws IOException {
        try (Fd epoll = Libc.epoll()) {
            assertThatThrownBy(() -> store().put("x", epoll, PutOption.HANGUP))
                    .isInstanceOf(FdStoreException.class)
                    .hasMessageContaining("EINVAL");
        }
        assertThat(store().exists("x")).isFalse();
    }

    @Test
    void anEventfdRevokes() throws Exception {
        try (Fd anchor = Libc.eventfd()) {
            store().put("x", file, PutOption.anchor(anchor));
            assertThat(store().awaitEmpty("x", Duration.ZERO)).isFalse();

            Libc.fire(anchor);

            assertThat(store().awaitEmpty("x", LONG)).isTrue();
            assertThatThrownBy(() -> store().put("x", file, PutOption.anchor(anchor)))
                    .hasMessageContaining("EPIPE");
        }
    }

    @Test
    void theEndOfAProcessReleases() throws Exception {
        Process process = new ProcessBuilder("cat").start();
        try (Fd pidfd = Fd.adopt(ProcessSys.system().pidfdOpen((int) process.pid(), 0))) {
            store().put("x", file, PutOption.anchor(pidfd));
        }
        assertThat(store().awaitEmpty("x", Duration.ZERO)).isFalse();

        process.getOutputStream().close();

        assertThat(store().awaitEmpty("x", LONG)).isTrue();
        process.waitFor();
    }

    @Test
    void optionsGoTogether() throws Exception {
        try (Libc.Pipe pipe = Libc.pipe();
                Fd anchor = Libc.eventfd()) {
            store().put("x", file);
            store().put("x", pipe.writer(), PutOption.REPLACE, PutOption.HANGUP, PutOption.anchor(anchor));

            pipe.reader().close();

            assertThat(store().awaitEmpty("x", LONG)).isTrue();
        }
    }

    @Test
    void anAnchorMustBeOne() throws IOException {
        assertThatThrownBy(() -> store().put("x", file, PutOption.anchor(file)))
                .isInstanceOf(FdStoreException.class)
                .hasMessageContaining("only a pidfd, eventfd, timerfd or pipe");
    }
}
