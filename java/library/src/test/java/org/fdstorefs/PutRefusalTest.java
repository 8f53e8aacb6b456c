// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.fdstorefs.internal.Sys;
import org.junit.jupiter.api.Test;

/** EINVAL has many causes: what is said is the one that fits. */
class PutRefusalTest {
    @Test
    void aKindThatCannotHangUp() throws IOException {
        try (Fd regular = Fd.open(Path.of("/proc/self/status"))) {
            assertThat(reason(regular, PutOption.HANGUP))
                    .startsWith("of a file of this kind (regular file /proc/")
                    .contains("put it without HANGUP")
                    .doesNotContain("io_uring", "only a pidfd");
            assertThat(reason(regular, PutOption.PEER, PutOption.REMOVE)).contains("put it without PEER");
        }
    }

    @Test
    void whatIsNoAnchor() throws IOException {
        try (FdPipe pipe = Fd.pipe();
                Fd device = Fd.open(Path.of("/dev/null"))) {
            assertThat(reason(pipe.reader(), PutOption.HANGUP, PutOption.anchor(device)))
                    .isEqualTo(device + " (character device /dev/null) is no anchor:"
                            + " only a pidfd, eventfd, timerfd or pipe is one");
        }
    }

    @Test
    void whatIsAnAnchorIsNotBlamed() throws Exception {
        try (FdPipe pipe = Fd.pipe();
                Fd eventfd = Fd.eventfd();
                Fd timerfd = Fd.timerfd(Duration.ofDays(1));
                Fd pidfd = Fd.pidfd(ProcessHandle.current());
                Fd directory = Fd.open(Path.of("/"))) {
            for (Fd anchor : List.of(pipe.reader(), eventfd, timerfd, pidfd)) {
                assertThat(reason(directory, PutOption.HANGUP, PutOption.anchor(anchor)))
                        .startsWith("of a file of this kind (directory /)");
            }
        }
    }

    @Test
    void anEntryThatDoesNotEmptyItselfCannotRemoveItself() throws IOException {
        try (FdPipe pipe = Fd.pipe()) {
            assertThat(reason(pipe.reader(), PutOption.REMOVE, PutOption.REPLACE))
                    .startsWith("REMOVE is about");
            assertThat(reason(pipe.reader(), PutOption.REMOVE, PutOption.expire(Duration.ofDays(1))))
                    .doesNotContain("REMOVE");
        }
    }

    @Test
    void aKindThatCannotBePut() throws IOException {
        try (FdPipe pipe = Fd.pipe()) {
            assertThat(reason(pipe.reader())).matches("a file of this kind \\(pipe:.*\\) cannot be put");
        }
    }

    private static String reason(Fd file, PutOption... options) {
        return new PutRefusal(Sys.system(), file, List.of(options)).reason();
    }
}
