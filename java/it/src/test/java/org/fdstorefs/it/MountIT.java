// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.fdstorefs.Fd;
import org.fdstorefs.FdStore;
import org.fdstorefs.FdStoreException;
import org.fdstorefs.MountOption;
import org.fdstorefs.NotAStoreException;
import org.fdstorefs.OpenFlag;
import org.fdstorefs.UnmountOption;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MountIT {
    private Path directory;

    @BeforeEach
    void makeDirectory() throws IOException {
        directory = Files.createTempDirectory("a store\t");
    }

    @AfterEach
    void removeDirectory() throws IOException {
        while (FdStore.mountPoints().contains(directory)) {
            FdStore.unmount(directory, UnmountOption.LAZY);
        }
        Files.delete(directory);
    }

    @Test
    void aStoreIsMountedAndOpened() throws IOException {
        try (FdStore store = FdStore.mount(directory);
                Fd file = Fd.open(Path.of("/dev/null"))) {
            store.put("x", file);

            assertThat(store.directory()).isEqualTo(directory);
            assertThat(Files.exists(directory.resolve("x"))).isTrue();
        }
    }

    @Test
    void optionsAreSet() throws IOException {
        FdStore.mount(
                        directory,
                        MountOption.mode(0751),
                        MountOption.uid(1000),
                        MountOption.gid(1001),
                        MountOption.max(7),
                        MountOption.source("my sessions"),
                        MountOption.noAnchor())
                .close();

        Map<String, Object> attributes = Files.readAttributes(directory, "unix:permissions,uid,gid");
        assertThat(attributes)
                .containsEntry("permissions", PosixFilePermissions.fromString("rwxr-x--x"))
                .containsEntry("uid", 1000)
                .containsEntry("gid", 1001);
        assertThat(mountinfo())
                .contains("fdstorefs my\\040sessions ")
                .contains("max=7")
                .contains("noanchor");
    }

    @Test
    void ofTwoOptionsTheLaterCounts() throws IOException {
        FdStore.mount(
                        directory,
                        MountOption.source("one"),
                        MountOption.max(7),
                        MountOption.source("two"),
                        MountOption.max(8))
                .close();

        assertThat(mountinfo()).contains("fdstorefs two ").contains("max=8").doesNotContain("max=7");
    }

    @Test
    void theKernelSaysWhatIsWrongWithAnOption() throws IOException {
        assertThatThrownBy(() -> FdStore.mount(directory, MountOption.uid(-1)))
                .isInstanceOf(FdStoreException.class)
                .hasMessageContaining("uid=4294967295: no such uid in this user namespace")
                .hasMessageContaining("EINVAL from fsconfig");
        try (Fd file = Fd.open(directory, OpenFlag.READ)) {
            assertThatThrownBy(() -> FdStore.mount(directory, MountOption.anchor(file)))
                    .hasMessageContaining("must be a pidfd, eventfd, timerfd or pipe");
        }
    }

    @Test
    void anAnchorThatHasFiredIsRefused() throws IOException {
        try (Fd anchor = Libc.eventfd()) {
            Libc.fire(anchor);

            assertThatThrownBy(() -> FdStore.mount(directory, MountOption.anchor(anchor)))
                    .hasMessageContaining("has fired already")
                    .hasMessageContaining("EPIPE");
        }
    }

    @Test
    void whereThereIsNoDirectoryNothingIsMounted() {
        assertThatThrownBy(() -> FdStore.mount(directory.resolve("missing"))).isInstanceOf(NoSuchFileException.class);
        assertThatThrownBy(() -> FdStore.mount(Path.of("/etc/passwd"))).isInstanceOf(NotDirectoryException.class);
    }

    @Test
    void whoMayNotMountLearnsWhatIsNeeded() throws IOException {
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        try (JavaProgram other = JavaProgram.startBy(
                List.of("setpriv", "--reuid=1000", "--regid=1000", "--clear-groups"), Mounter.class, directory)) {
            assertThat(other.line())
                    .startsWith(AccessDeniedException.class.getName())
                    .contains("CAP_SYS_ADMIN");
        }
    }

    @Test
    void aSymbolicLinkIsFollowedToMountButNotToUnmount() throws IOException {
        Path link = Files.createTempDirectory("links").resolve("link");
        Files.createSymbolicLink(link, directory);
        FdStore.mount(link).close();

        assertThat(FdStore.mountPoints()).contains(directory);
        assertThatThrownBy(() -> FdStore.unmount(link)).isInstanceOf(NotDirectoryException.class);
        FdStore.unmount(directory);
        assertThat(FdStore.mountPoints()).doesNotContain(directory);
    }

    @Test
    void onlyAStoreIsUnmounted() throws IOException {
        assertThatThrownBy(() -> FdStore.unmount(Path.of("/proc"))).isInstanceOf(NotAStoreException.class);
        assertThatThrownBy(() -> FdStore.unmount(directory)).isInstanceOf(NotAStoreException.class);
        try (FdStore store = FdStore.mount(directory)) {
            store.createChild("child").close();
        }
        assertThatThrownBy(() -> FdStore.unmount(directory.resolve("child")))
                .isInstanceOf(FdStoreException.class)
                .hasMessageContaining("not where one is mounted");
    }

    @Test
    void aStoreThatIsInUseIsUnmountedLater() throws IOException {
        try (FdStore store = FdStore.mount(directory)) {
            assertThatThrownBy(() -> FdStore.unmount(directory))
                    .isInstanceOf(FdStoreException.class)
                    .hasMessageContaining("EBUSY");

            FdStore.unmount(directory, UnmountOption.LAZY);

            assertThat(FdStore.mountPoints()).doesNotContain(directory);
            assertThat(store.names()).isEmpty();
        }
    }

    @Test
    void forceEmptiesAStoreEvenIfItIsInUse() throws IOException {
        try (FdStore store = FdStore.mount(directory);
                Fd file = Fd.open(Path.of("/dev/null"))) {
            store.put("x", file);

            assertThatThrownBy(() -> FdStore.unmount(directory, UnmountOption.FORCE))
                    .hasMessageContaining("EBUSY");

            assertThat(store.find("x")).isEmpty();
        }
    }

    @Test
    void mountedStoresAreFound() throws IOException {
        assertThat(FdStore.mountPoints()).doesNotContain(directory);
        FdStore.mount(directory).close();

        assertThat(FdStore.mountPoints()).contains(directory);
        try (FdStore found = FdStore.find().orElseThrow()) {
            assertThat(FdStore.mountPoints()).contains(found.directory());
        }
    }

    private String mountinfo() throws IOException {
        String escaped = directory.toString().replace(" ", "\\040").replace("\t", "\\011");
        return Files.readString(Path.of("/proc/self/mountinfo"))
                .lines()
                .filter(line -> line.contains(escaped))
                .findFirst()
                .orElseThrow();
    }

    /** {@code DIRECTORY}: tries to mount there, and says what comes of it. */
    static final class Mounter {
        private Mounter() {}

        public static void main(String[] args) throws Exception {
            try (FdStore store = FdStore.mount(Path.of(args[0]))) {
                System.out.println("mounted on " + store.directory());
            } catch (IOException e) {
                System.out.println(e);
            }
        }
    }
}
