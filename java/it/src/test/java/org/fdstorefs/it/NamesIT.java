// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import org.fdstorefs.Fd;
import org.fdstorefs.FdStore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The JVM of these tests may run in the C locale: names must not care. */
class NamesIT {
    @RegisterExtension
    final MountedStore mounted = new MountedStore();

    private FdStore store() {
        return mounted.store();
    }

    static List<String> strangeNames() {
        return List.of(
                " ",
                "-rf",
                "...",
                "a b",
                "a\nb",
                "a\\b",
                "*",
                "a=3",
                "\u001b[31mred",
                "k\u00e4se",
                "\ud83e\uddc0",
                "\udcff\udcfe",
                "x".repeat(255));
    }

    @ParameterizedTest(name = "[{index}]")
    @MethodSource("strangeNames")
    void everyNameThatTheKernelTakesWorks(String name) throws IOException {
        try (Fd file = Fd.open(Path.of("/dev/null"))) {
            store().put(name, file);

            try (Fd got = store().get(name)) {
                assertThat(Libc.sameFile(got, file)).isTrue();
            }
            assertThat(store().names()).containsExactly(name);
            assertThat(store().info(name).name()).isEqualTo(name);
            assertThat(store().list()).hasSize(1);
            assertThat(store().remove(name)).isTrue();
        }
    }

    @ParameterizedTest(name = "[{index}]")
    @ValueSource(strings = {"", ".", "..", "/", "a/b", "../x", "/etc/passwd", "a\0b"})
    void noNameLeadsOutOfTheDirectory(String name) throws IOException {
        try (Fd file = Fd.open(Path.of("/dev/null"))) {
            assertThatThrownBy(() -> store().put(name, file)).isInstanceOf(InvalidPathException.class);
            assertThatThrownBy(() -> store().get(name)).isInstanceOf(InvalidPathException.class);
            assertThatThrownBy(() -> store().remove(name)).isInstanceOf(InvalidPathException.class);
        }
    }

    @Test
    void aNameThatIsTooLongIsRefused() throws IOException {
        try (Fd file = Fd.open(Path.of("/dev/null"))) {
            assertThatThrownBy(() -> store().put("x".repeat(256), file)).hasMessageContaining("ENAMETOOLONG");
        }
    }
}
