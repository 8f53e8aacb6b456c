// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.fdstorefs.Errno;
import org.fdstorefs.Fd;
import org.fdstorefs.FdStore;
import org.fdstorefs.FdStoreException;
import org.fdstorefs.OpenFlag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What cannot be put, and that a put which fails leaves nothing behind. */
class RefusalIT {
    @RegisterExtension
    final MountedStore mounted = new MountedStore();

    private FdStore store() {
        return mounted.store();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/proc/self/ns/mnt", "/proc/self/mountinfo", "/proc/self/mounts"})
    void aFileThatHoldsAMountNamespaceIsRefused(Path path) throws IOException {
        try (Fd file = Fd.open(path)) {
            assertRefused(file, Errno.ELOOP);
        }
    }

    @Test
    void aDirectoryOfAStoreIsRefused() throws IOException {
        try (Fd root = Fd.open(mounted.directory(), OpenFlag.PATH)) {
            assertRefused(root, Errno.ELOOP);
        }
    }

    @Test
    void aSocketThatIsBoundInAStoreIsRefused() throws IOException {
        try (Fd socket = Libc.listen(mounted.path("socket"))) {
            assertRefused(socket, Errno.ELOOP);
        }
    }

    @Test
    void whatIsNoEntryIsNotPutInto() throws IOException {
        Files.createDirectory(mounted.path("x"));

        try (Fd file = Fd.open(Path.of("/dev/null"))) {
            assertThatThrownBy(() -> store().put("x", file)).hasMessageContaining("a directory, not an entry");
        }
    }

    @Test
    void aSymbolicLinkIsNotFollowed(@TempDir Path elsewhere) throws IOException {
        Files.createSymbolicLink(mounted.path("x"), elsewhere.resolve("made"));

        try (Fd file = Fd.open(Path.of("/dev/null"))) {
            assertThatThrownBy(() -> store().put("x", file)).hasMessageContaining("a symbolic link");
        }
        assertThat(elsewhere).isEmptyDirectory();
    }

    @Test
    void aFifoInTheStoreDoesNotMakeAnybodyWait() throws Exception {
        Process mkfifo = new ProcessBuilder("mkfifo", mounted.path("x").toString())
                .inheritIO()
                .start();
        assertThat(mkfifo.waitFor()).isZero();

        assertThatThrownBy(() -> store().get("x")).hasMessageContaining("not an entry");
        try (Fd file = Fd.open(Path.of("/dev/null"))) {
            assertThatThrownBy(() -> store().put("x", file)).hasMessageContaining("not an entry");
        }
    }

    private void assertRefused(Fd file, Errno errno) throws IOException {
        assertThatThrownBy(() -> store().put("x", file))
                .isInstanceOf(FdStoreException.class)
                .hasMessageStartingWith(mounted.path("x").toString())
                .satisfies(e -> assertThat(Errno.of(e)).contains(errno));
        assertThat(store().names()).isEmpty();
    }
}
