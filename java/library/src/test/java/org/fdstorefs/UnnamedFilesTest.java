// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.fdstorefs.internal.Linux;
import org.fdstorefs.internal.Sys;
import org.fdstorefs.internal.UnnamedSys;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class UnnamedFilesTest {
    private static final Pattern LEFT = Pattern.compile("it_value: \\((\\d+), (\\d+)\\)");

    /** A kernel that makes nothing. */
    private static class Refusing implements UnnamedSys {
        @Override
        public int eventfd(int initial, int flags) {
            return -Errno.EMFILE.number();
        }

        @Override
        public int timerfdCreate(int clock, int flags) {
            return -Errno.EMFILE.number();
        }

        @Override
        public int timerfdSettime(int fd, int flags, byte[] itimerspec) {
            return -Errno.EINVAL.number();
        }

        @Override
        public int pipe(int[] ends, int flags) {
            return -Errno.EMFILE.number();
        }

        @Override
        public int memfdCreate(byte[] name, int flags) {
            return -Errno.EMFILE.number();
        }
    }

    @Test
    void aTimerIsReadableWhenItsTimeHasPassed() throws IOException {
        try (Fd timer = Fd.timerfd(Duration.ofMillis(1))) {
            timer.await(Linux.POLLIN);
            assertThat(isReady(timer)).isTrue();
        }
    }

    @Test
    void aTimerIsNotReadableBefore() throws IOException {
        try (Fd timer = Fd.timerfd(Duration.ofSeconds(100, 7))) {
            assertThat(isReady(timer)).isFalse();
            assertThat(secondsLeft(timer)).isBetween(1L, 100L);
        }
    }

    @Test
    void aTimerOfTheClockIsReadableAtThatTime() throws IOException {
        try (Fd later = Fd.timerfd(Instant.now().plusSeconds(1000))) {
            assertThat(isReady(later)).isFalse();
            assertThat(secondsLeft(later)).isBetween(1L, 1000L);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-1000000000-01-01T00:00:00Z",
                "1969-07-20T20:17:40Z",
                "1970-01-01T00:00:00Z",
                "2001-09-09T01:46:40Z"
            })
    void aTimeThatIsPastIsReadableAtOnce(Instant past) throws IOException {
        try (Fd timer = Fd.timerfd(past)) {
            timer.await(Linux.POLLIN);
            assertThat(isReady(timer)).isTrue();
        }
    }

    @Test
    void aTimeThatNobodyLivesToSeeIsOne() throws IOException {
        try (Fd duration = Fd.timerfd(Duration.ofSeconds(Long.MAX_VALUE));
                Fd instant = Fd.timerfd(Instant.MAX)) {
            assertThat(isReady(duration) || isReady(instant)).isFalse();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT0S", "PT-1S"})
    void noTimeIsNone(Duration none) {
        assertThatThrownBy(() -> Fd.timerfd(none)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> PutOption.expire(none)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void anEventfdIsReadableWhenSomethingWasWrittenToIt() throws IOException {
        try (Fd eventfd = Fd.eventfd()) {
            assertThat(isReady(eventfd)).isFalse();

            eventfd.dup().newOutputStream().write(new byte[] {1, 0, 0, 0, 0, 0, 0, 0});

            assertThat(isReady(eventfd)).isTrue();
        }
    }

    @Test
    void aPipeHasTwoEnds() throws IOException {
        try (FdPipe pipe = Fd.pipe()) {
            assertThat(pipe.reader().isCloseOnExec() && pipe.writer().isCloseOnExec())
                    .isTrue();
            pipe.writer().newOutputStream().write(42);
            assertThat(pipe.reader().newInputStream().read()).isEqualTo(42);

            pipe.writer().close();

            assertThat(pipe.reader().newInputStream().read()).isEqualTo(-1);
        }
    }

    @Test
    void anEndOfAPipeThatNobodyRemembersIsThere() throws Exception {
        try (Fd reader = Fd.pipe().reader()) {
            Garbage.collect();
            assertThat(isReady(reader)).as("has hung up").isFalse();
        }
    }

    @Test
    void aMemfdIsAFileWithoutAPath() throws IOException {
        try (Fd memfd = Fd.memfd("k\u00e4se")) {
            memfd.write(ByteBuffer.allocateDirect(3));
            assertThat(memfd.newFileChannel().size()).isEqualTo(3);
            assertThat(memfd.isCloseOnExec()).isTrue();
        }
    }

    @Test
    void aNameThatIsNoneIsRefused() {
        assertThatThrownBy(() -> Fd.memfd("a\0b")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Fd.memfd("x".repeat(250))).hasMessageContaining("EINVAL from memfd_create");
    }

    @Test
    void aFailureIsTold() {
        UnnamedFiles full = new UnnamedFiles(Sys.system(), new Refusing());
        assertThatThrownBy(full::eventfd).hasMessageContaining("EMFILE from eventfd");
        assertThatThrownBy(full::pipe).hasMessageContaining("EMFILE from pipe2");
        assertThatThrownBy(() -> full.memfd("x")).hasMessageContaining("EMFILE from memfd_create");
        assertThatThrownBy(() -> full.timerfd(Instant.EPOCH)).hasMessageContaining("EMFILE from timerfd_create");
    }

    @Test
    void aTimerThatCannotBeSetIsClosed() throws IOException {
        List<Integer> before = List.copyOf(OpenFiles.numbers());
        UnnamedSys broken = new Refusing() {
            @Override
            public int timerfdCreate(int clock, int flags) {
                return UnnamedSys.system().timerfdCreate(clock, flags);
            }
        };
        assertThatThrownBy(() -> new UnnamedFiles(Sys.system(), broken).timerfd(Duration.ofDays(1)))
                .hasMessageContaining("EINVAL from timerfd_settime");
        assertThat(OpenFiles.numbers()).containsExactlyElementsOf(before);
    }

    private static boolean isReady(Fd fd) throws IOException {
        return fd.use(number -> Sys.system().poll(number, Linux.POLLIN, 0)) != 0;
    }

    private static long secondsLeft(Fd timer) throws IOException {
        Matcher left = LEFT.matcher(Files.readString(Path.of("/proc/self/fdinfo/" + timer.intValue())));
        assertThat(left.find()).isTrue();
        return Long.parseLong(left.group(1));
    }
}
