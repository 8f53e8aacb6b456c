// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.guard.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.fdstorefs.Fd;
import org.fdstorefs.FdPipe;
import org.fdstorefs.exec.Child;
import org.fdstorefs.exec.Program;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RemainsTest {
    private static final Duration LONG = Duration.ofMinutes(1);
    private static final int SIGKILL = 9;
    private static final int KILLED = 128 + SIGKILL;
    private static final String TOKEN = "remains-" + ProcessHandle.current().pid();

    private final List<Child> children = new ArrayList<>();

    @AfterEach
    void end() throws Exception {
        Remains.kill(Optional.empty(), TOKEN);
        for (Child child : children) {
            child.kill(SIGKILL);
            child.waitFor();
        }
    }

    private static Program marked(String script) {
        return Program.of("sh", "-c", script).environment(Remains.VARIABLE, TOKEN);
    }

    private Child start(Program program) throws IOException {
        Child child = program.spawn();
        children.add(child);
        return child;
    }

    /** Starts a script, and returns when it has printed something: the process id of another. */
    private long startAndRead(Program program) throws IOException {
        FdPipe pipe = Fd.pipe();
        try (Fd writer = pipe.writer()) {
            start(program.pass(writer, 1));
        }
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(pipe.reader().newInputStream(), StandardCharsets.UTF_8))) {
            return Long.parseLong(lines.readLine());
        }
    }

    /** A process that has ended, but that nobody has waited for, does nothing any more. */
    private static boolean runs(long pid) throws IOException {
        try {
            String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"), StandardCharsets.ISO_8859_1);
            return stat.charAt(stat.lastIndexOf(')') + 2) != 'Z';
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void whatHasTheTokenIsKilled() throws Exception {
        Child child = start(marked("exec sleep 1000"));

        Remains.kill(Optional.empty(), TOKEN);

        assertThat(runs(child.pid())).isFalse();
        assertThat(child.waitFor()).isEqualTo(KILLED);
    }

    @Test
    void whatHasAnotherTokenIsNot() throws Exception {
        Child longer = start(marked("exec sleep 1000").environment(Remains.VARIABLE, TOKEN + "0"));
        Child shorter =
                start(marked("exec sleep 1000").environment(Remains.VARIABLE, TOKEN.substring(0, TOKEN.length() - 1)));
        Child other = start(marked("exec sleep 1000")
                .withoutEnvironment(Remains.VARIABLE)
                .environment("NOT_" + Remains.VARIABLE, TOKEN));

        Remains.kill(Optional.empty(), TOKEN);

        assertThat(longer.isAlive()).isTrue();
        assertThat(shorter.isAlive()).isTrue();
        assertThat(other.isAlive()).isTrue();
    }

    @Test
    void whatWentOnInTheBackgroundIsKilled() throws Exception {
        long background = startAndRead(marked("sleep 1000 >/dev/null & echo $!"));
        assertThat(children.get(0).waitFor()).isZero();
        assertThat(runs(background)).isTrue();

        Remains.kill(Optional.empty(), TOKEN);

        assertThat(runs(background)).isFalse();
    }

    @Test
    void whatWasStartedWithoutTheTokenIsKilledWithItsParent() throws Exception {
        long without = startAndRead(marked("env -i sleep 1000 >/dev/null & echo $!; wait"));

        Remains.kill(Optional.empty(), TOKEN);

        assertThat(runs(without)).isFalse();
    }

    @Test
    void aProcessIsKilledByItsPidfdAlone() throws Exception {
        Child child = start(Program.of("sleep", "1000"));
        try (Fd pidfd = Fd.pidfd(child.toHandle())) {
            Remains.kill(Optional.of(pidfd), TOKEN);

            assertThat(child.waitFor()).isEqualTo(KILLED);
            assertThat(pidfd.isOpen()).isTrue();
        }
    }

    @Test
    void whatAProcessHasStartedIsKilledWithIt() throws Exception {
        long started = startAndRead(Program.of("sh", "-c", "sleep 1000 >/dev/null & echo $!; wait"));
        try (Fd pidfd = Fd.pidfd(children.get(0).toHandle())) {
            Remains.kill(Optional.of(pidfd), TOKEN);

            assertThat(runs(started)).isFalse();
        }
    }

    @Test
    void aPidfdWhoseProcessHasEndedDoesNoHarm() throws Exception {
        Child child = start(Program.of("sleep", "1000"));
        try (Fd pidfd = Fd.pidfd(child.toHandle())) {
            child.kill(SIGKILL);
            child.waitFor();

            Remains.kill(Optional.of(pidfd), TOKEN);
        }
        try (Fd pidfd = Pidfd.of(child)) {
            Remains.kill(Optional.of(pidfd), TOKEN);
        }
    }

    @Test
    void aZombieHasEnded() throws Exception {
        // The second sleep becomes the parent of the first, and never waits for it.
        String script = FORK.formatted(Remains.VARIABLE, TOKEN);
        long zombie = startAndRead(Program.of("sh", "-c", script));

        Remains.kill(Optional.empty(), TOKEN);

        assertThat(runs(zombie)).isFalse();
        assertThat(Path.of("/proc", Long.toString(zombie))).exists();
        assertThat(children.get(0).isAlive()).isTrue();
    }

    private static final String FORK = "%s=%s sleep 1000 >/dev/null & echo $!; exec sleep 1000";

    @Test
    void manyAreKilled() throws Exception {
        startAndRead(
                marked("for i in 1 2 3 4 5 6 7 8 9; do sh -c 'sleep 1000 & wait' >/dev/null & done; echo 1; wait"));

        Remains.kill(Optional.empty(), TOKEN);

        assertThat(new ProcessTable(new Token(TOKEN)).read()).noneMatch(ProcessTable.Entry::marked);
    }

    @Test
    void nothingLeftIsNothingToDo() throws Exception {
        Remains.kill(Optional.empty(), TOKEN);
    }

    @Test
    void whatIsNoTokenIsRefused() {
        assertThatThrownBy(() -> Remains.kill(Optional.empty(), "a/b")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void directoriesOfFormerServersAreRemovedUnlessTheyHaveSomething() throws Exception {
        PrivateDirectory former = PrivateDirectory.create(new Token(TOKEN));
        PrivateDirectory others = PrivateDirectory.create(new Token(TOKEN + ".1"));
        try (others) {
            Remains.kill(Optional.empty(), TOKEN);

            assertThat(former.path()).doesNotExist();
            assertThat(others.path()).exists();
        }
    }

    @Test
    void aServerThatIsKilledTimeAndAgainLeavesNothing() throws Exception {
        for (int i = 0; i < 5; i++) {
            try (SocketPair sockets = SocketPair.create();
                    BackendProcess backend = BackendProcess.start(
                            Command.of("sh", "-c", "sleep 1000 & sleep 1000 # {}"), Way.MOUNT, TOKEN, sockets)) {
                Remains.kill(Optional.of(backend.pidfd()), TOKEN);
                assertThat(backend.awaitEnd(LONG)).isTrue();
            }
        }
        assertThat(new ProcessTable(new Token(TOKEN)).read()).noneMatch(ProcessTable.Entry::marked);
    }
}
