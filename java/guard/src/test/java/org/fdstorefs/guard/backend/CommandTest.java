// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.guard.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class CommandTest {
    @Test
    void itsPlaceIsFilledInWhereverItIs() {
        Command command = Command.of("server", "--at={}", "-f", "{}");

        assertThat(command.program("/x")).hasToString("server --at=/x -f /x");
        assertThat(command).hasToString("server --at={} -f {}");
    }

    @Test
    void itsNameHasNoDirectory() {
        assertThat(Command.of("/usr/bin/sshfs", "{}").name()).isEqualTo("sshfs");
        assertThat(Command.of("sshfs", "{}").name()).isEqualTo("sshfs");
    }

    @Test
    void withoutAPlaceItIsRefused() {
        assertThatThrownBy(() -> Command.of("sshfs", "host:", "/mnt"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the command has no {} where the mount point of the server goes: sshfs host: /mnt");
        assertThatThrownBy(() -> Command.of("{}")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void nothingIsRefused() {
        assertThatThrownBy(() -> new Command(List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("there is no command for the server");
    }

    @Test
    void aNulIsRefused() {
        assertThatThrownBy(() -> Command.of("sshfs", "a\0b", "{}"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("NUL");
    }

    @Test
    void aProgramIsLookedForInThePath() {
        assertThatCode(() -> Command.of("sh", "{}").check()).doesNotThrowAnyException();
        assertThatThrownBy(() -> Command.of("no-such-server", "{}").check())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("cannot run no-such-server");
        assertThatThrownBy(() -> Command.of("/etc/passwd", "{}").check())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("cannot run /etc/passwd");
    }
}
