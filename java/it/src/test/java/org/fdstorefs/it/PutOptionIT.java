// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.fdstorefs.Fd;
import org.fdstorefs.FdPipe;
import org.fdstorefs.FdStore;
import org.fdstorefs.FdStoreException;
import org.fdstorefs.OpenEntry;
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
    void whatExpiresIsReleased() throws Exception {
        store().put("x", file, PutOption.expire(Duration.ofSeconds(3)));
        store().put("y", file, PutOption.expireAt(Instant.now().plusSeconds(3)));
        store().put("stays", file, PutOption.expire(Duration.ofDays(1)));
        store().put("stays too", file, PutOption.expireAt(Instant.now().plusSeconds(86400)));

        assertThat(store().awaitEmpty("x", LONG)).isTrue();
        assertThat(store().awaitEmpty("y", LONG)).isTrue();
        assertThat(store().awaitEmpty("stays", Duration.ZERO)).isFalse();
        assertThat(store().awaitEmpty("stays too", Duration.ZERO)).isFalse();
    }

    @Test
    void whatHasExpiredAlreadyIsRefusedOrGoesAtOnce() throws Exception {
        try { // which of the two is up to when the clock's interrupt comes
            store().put("x", file, PutOption.expireAt(Instant.now()));
        } catch (FdStoreException e) {
            assertThat(e).hasMessageContaining("its anchor has fired").hasMessageContaining("EPIPE");
        }
        assertThat(store().awaitEmpty("x", LONG)).isTrue();
    }

    @Test
    void thePipeOfAFactoryIsALife() throws Exception {
        FdPipe life = Fd.pipe();
        store().put("x", file, PutOption.anchor(life.reader()));
        assertThat(store().awaitEmpty("x", Duration.ZERO)).isFalse();

        life.close();

        assertThat(store().awaitEmpty("x", LONG)).isTrue();
    }

    @Test
    void anOpenEntryIsPutIntoAndGot() throws Exception {
        store().put("x", file);
        try (OpenEntry entry = store().entry("x")) {
            store().rename("x", "y");

            entry.take().close();
            assertThat(entry.isFilled()).isFalse();
            entry.put(file);
            entry.get().close();

            assertThat(store().find("y").orElseThrow()).satisfies(Fd::close);
            store().remove("y");
            assertThatThrownBy(() -> entry.put(file)).isInstanceOf(NoSuchFileException.class);
            assertThat(entry.find()).isEmpty();
        }
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
