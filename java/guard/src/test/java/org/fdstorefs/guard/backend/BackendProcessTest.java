// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.guard.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.fdstorefs.Errno;
import org.fdstorefs.exec.Program;
import org.fdstorefs.internal.Linux;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class BackendProcessTest {
    private static final Duration LONG = Duration.ofMinutes(1);
    private static final String TOKEN = "test-" + ProcessHandle.current().pid();

    @ParameterizedTest
    @EnumSource(Way.class)
    void aServerGetsTheSocketInPlaceOfTheDevice(Way way) throws Exception {
        try (Guard guard = Guard.fake(way, TOKEN)) {
            assertThat(guard.ask("one message")).isEqualTo("one message");
            guard.send("two");
            guard.send("three");
            assertThat(guard.ask("four")).isEqualTo("two");
        }
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void aServerHasTheTokenAndNothingToRead(Way way) throws Exception {
        try (Guard guard = Guard.fake(way, TOKEN)) {
            assertThat(guard.ask("environment " + Remains.VARIABLE)).isEqualTo(TOKEN);
            assertThat(guard.ask("stdin")).isEqualTo("/dev/null");
        }
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void aServerCannotSpliceItsReplies(Way way) throws Exception {
        try (Guard guard = Guard.fake(way, TOKEN)) {
            assertThat(guard.ask("vmsplice")).isEqualTo("ENOSYS");
        }
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void theSocketHangsUpWhenTheServerIsKilled(Way way) throws Exception {
        try (Guard guard = Guard.fake(way, TOKEN)) {
            guard.backend.kill();

            guard.awaitHangUp();
            assertThat(guard.backend.awaitEnd(LONG)).isTrue();
            assertThat(guard.backend.exitStatus()).hasValue(128 + 9);
        }
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void theRestOfThisProcessIsNotFiltered(Way way) throws Exception {
        try (Guard guard = Guard.fake(way, TOKEN)) {
            assertThat(guard.ask("vmsplice")).isEqualTo("ENOSYS");

            long result = FakeServer.vmsplice();
            assertThat(result).isEqualTo(-Errno.EBADF.number());
            String filters = filters(Path.of("/proc/thread-self"));
            assertThat(tasks().filter(task -> !filters(task).equals(filters)).map(BackendProcessTest::name))
                    .as("threads with another filter")
                    .containsExactly("child " + guard.backend.pid());
        }
    }

    private static Stream<Path> tasks() throws IOException {
        try (Stream<Path> tasks = Files.list(Path.of("/proc/self/task"))) {
            return tasks.toList().stream();
        }
    }

    private static String filters(Path task) {
        return ProcFile.read(task + "/status")
                .orElse("")
                .lines()
                .filter(line -> line.startsWith("Seccomp"))
                .toList()
                .toString();
    }

    private static String name(Path task) {
        return ProcFile.read(task + "/comm").orElse("").strip();
    }

    @Test
    void thePlaceOfAMountIsAnEmptyDirectoryOfItsOwn() throws Exception {
        Path place;
        try (Guard guard = Guard.fake(Way.MOUNT, TOKEN)) {
            place = Path.of(guard.ask("place"));

            assertThat(place).isEmptyDirectory();
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(place)))
                    .isEqualTo("rwx------");
            assertThat(Files.readString(Path.of("/proc/self/mountinfo"))).doesNotContain(place.toString());
        }
        assertThat(place).doesNotExist();
    }

    @Test
    void theOptionsOfAMountAreRemembered() throws Exception {
        try (Guard guard = Guard.fake(Way.MOUNT, TOKEN)) {
            assertThat(guard.backend.mountOptions().orElseThrow())
                    .matches("rootmode=40000,fd=[0-9]+,user_id=0,group_id=0");
        }
    }

    @Test
    void theSocketIsClosedOnExecLikeTheDeviceThatItReplaces() throws Exception {
        try (Guard guard = Guard.fake(Way.MOUNT, TOKEN)) {
            assertThat(guard.ask("flags")).isEqualTo(Integer.toString(Linux.FD_CLOEXEC));
        }
    }

    @Test
    void anotherMountOfThatPlaceIsRefusedOnceTheServerHasTheSocket() throws Exception {
        try (Guard guard = Guard.fake(Way.MOUNT, TOKEN)) {
            assertThat(guard.ask("mount " + guard.ask("place") + " fuse")).isEqualTo("EBUSY");
        }
    }

    @Test
    void unmountingThatPlaceSucceeds() throws Exception {
        try (Guard guard = Guard.fake(Way.MOUNT, TOKEN)) {
            assertThat(guard.ask("unmount " + guard.ask("place"))).isEqualTo("OK");
        }
    }

    @Test
    void whatIsNoFuseMountOfThatPlaceIsLeftToTheKernel(@TempDir Path other) throws Exception {
        try (Guard guard = Guard.fake(Way.MOUNT, TOKEN)) {
            String kernels = guard.ask("mount " + guard.ask("place") + " no-such-type");
            assertThat(kernels).isIn("ENODEV", "EPERM");
            assertThat(guard.ask("mount " + other.resolve("missing") + " fuse")).isNotEqualTo("OK");
            assertThat(guard.ask("unmount " + other)).isIn("EINVAL", "EPERM");
        }
    }

    @Test
    void newerCallsForMountingDoNotExist() throws Exception {
        try (Guard guard = Guard.fake(Way.MOUNT, TOKEN)) {
            assertThat(guard.ask("fsopen")).isEqualTo("ENOSYS");
        }
    }

    @Test
    void theMountProgramMayMountForTheServer() throws Exception {
        assumeTrue(Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0), "mount(8) is for root");
        Guard.fake(Way.MOUNT, TOKEN).close(); // mounts can be caught here
        Command command = Command.of(
                "sh", "-c", "mount -i -t fuse.x -o fd=3,rootmode=40000,user_id=0,group_id=0 none {} 3<>/dev/null");
        try (Guard guard = Guard.start(command, Way.MOUNT, TOKEN)) {
            guard.awaitHangUp();
            assertThat(guard.backend.awaitEnd(LONG)).isTrue();
            assertThat(guard.backend.exitStatus()).hasValue(0);
            assertThat(guard.backend.mountOptions().orElseThrow()).contains("fd=3");
        }
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void theSocketHangsUpWhenACommandNeverMounts(Way way) throws Exception {
        try (Guard guard = Guard.start(Command.of("sh", "-c", "exit 7 # {}"), way, TOKEN)) {
            guard.awaitHangUp();
            assertThat(guard.backend.awaitEnd(LONG)).isTrue();
            assertThat(guard.backend.exitStatus()).hasValue(7);
            assertThat(guard.backend.mountOptions()).isEmpty();
        }
    }

    @Test
    void aServerMayGoOnInTheBackground() throws Exception {
        Command server = Command.of("sh", "-c", "cat <&3 >&3 & # as {}");
        try (Guard guard = Guard.start(server, Way.DESCRIPTOR, TOKEN)) {
            assertThat(guard.backend.awaitEnd(LONG)).isTrue();
            assertThat(guard.backend.exitStatus()).hasValue(0);

            assertThat(guard.ask("still there")).isEqualTo("still there");

            Remains.kill(Optional.of(guard.backend.pidfd()), TOKEN);
            guard.awaitHangUp();
        }
    }

    @Test
    void itsPidfdTellsTheEnd() throws Exception {
        try (Guard guard = Guard.start(Command.of("sh", "-c", "exec sleep 1000 # {}"), Way.DESCRIPTOR, TOKEN)) {
            assertThat(guard.backend.exitStatus()).isEmpty();
            guard.backend.kill();
            Pidfd.awaitEnd(guard.backend.pidfd());
        }
        try (Guard guard = Guard.start(Command.of("true", "{}"), Way.DESCRIPTOR, TOKEN)) {
            Pidfd.awaitEnd(guard.backend.pidfd());
            assertThat(guard.backend.awaitEnd(LONG)).isTrue();
            guard.backend.kill();
        }
    }

    @Test
    void aServerThatRunsHasNoExitStatus() throws Exception {
        try (Guard guard = Guard.fake(Way.DESCRIPTOR, TOKEN)) {
            assertThat(guard.backend.exitStatus()).isEmpty();
            assertThat(guard.backend.awaitEnd(Duration.ZERO)).isFalse();
            assertThat(guard.backend.pid()).isPositive();
        }
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void aProgramThatDoesNotExistIsRefusedAndTheSocketStaysOpen(Way way) throws Exception {
        try (SocketPair sockets = SocketPair.create()) {
            assertThatThrownBy(() -> BackendProcess.start(Command.of("/no/such/server", "{}"), way, TOKEN, sockets))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("cannot run /no/such/server");
            assertThat(sockets.backend().isOpen()).isTrue();
        }
    }

    @Test
    void whatIsNoTokenIsRefused() throws Exception {
        try (SocketPair sockets = SocketPair.create()) {
            for (String token : List.of("", "a/b", "a b", "a=b", "x".repeat(65))) {
                assertThatThrownBy(() -> BackendProcess.start(Command.of("true", "{}"), Way.DESCRIPTOR, token, sockets))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining("a token has");
            }
        }
    }

    @Test
    void closingDoesNotKillTheServer() throws Exception {
        SocketPair sockets = SocketPair.create();
        BackendProcess backend =
                BackendProcess.start(Command.of("sh", "-c", "exec sleep 1000 # {}"), Way.DESCRIPTOR, TOKEN, sockets);
        try (sockets) {
            backend.close();
            backend.close();

            assertThat(backend.pidfd().isOpen()).isFalse();
            assertThat(backend.awaitEnd(Duration.ZERO)).isFalse();
        } finally {
            Remains.kill(Optional.empty(), TOKEN);
        }
        assertThat(backend.awaitEnd(LONG)).isTrue();
    }

    @Test
    void theProgramIsStartedAsItIs() throws Exception {
        Program program = Command.of("server", "a{}b", "{}", "c").program("/x");

        assertThat(program).hasToString("server a/xb /x c");
    }
}
