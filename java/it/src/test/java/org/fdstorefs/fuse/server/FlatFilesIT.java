// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.fuse.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.stream.Stream;
import org.fdstorefs.fuse.OtherSessionException;
import org.fdstorefs.it.MountedStore;
import org.fdstorefs.recipes.FlatFiles;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The file system of docs/fuse-recovery.md. */
class FlatFilesIT {
    @RegisterExtension
    final MountedStore mounted = new MountedStore();

    @RegisterExtension
    final MountPoint mount = new MountPoint();

    @TempDir
    Path home;

    @Test
    void filesAreMadeWrittenReadListedTruncatedAndRemoved() throws Exception {
        RunningServer server = RunningServer.start(mounted.directory(), mount.directory(), 4, new FlatFiles(home))
                .await("standing by")
                .await("serving");
        Path file = mount.directory().resolve("hello");

        Files.writeString(file, "hello, world", StandardOpenOption.CREATE_NEW);
        assertThat(Files.readString(file)).isEqualTo("hello, world");
        assertThat(home.resolve("hello")).hasContent("hello, world");
        try (Stream<Path> files = Files.list(mount.directory())) {
            assertThat(files).containsExactly(file);
        }
        Files.writeString(file, "bye");
        assertThat(Files.readString(file)).isEqualTo("bye");
        assertThatThrownBy(() -> Files.createFile(file)).isInstanceOf(FileAlreadyExistsException.class);
        Files.delete(file);
        assertThatThrownBy(() -> Files.delete(file)).isInstanceOf(NoSuchFileException.class);
        assertThat(home).isEmptyDirectory();

        assertThat(mount.unmount()).isZero();
        assertThat(server.end()).isEqualTo(RecoverableServer.End.UNMOUNTED);
    }

    @Test
    void aServerOfAnotherHomeIsRefused(@TempDir Path other) throws Exception {
        RunningServer server = RunningServer.start(mounted.directory(), mount.directory(), 1, new FlatFiles(home))
                .await("standing by")
                .await("serving");

        RunningServer second = RunningServer.start(mounted.directory(), mount.directory(), 1, new FlatFiles(other));

        assertThatThrownBy(second::end)
                .isInstanceOf(OtherSessionException.class)
                .hasMessageContainingAll(home.toString(), other.toString());
        assertThat(mount.unmount()).isZero();
        assertThat(server.end()).isEqualTo(RecoverableServer.End.UNMOUNTED);
    }
}
