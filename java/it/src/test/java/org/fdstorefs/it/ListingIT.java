// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.fdstorefs.Fd;
import org.fdstorefs.FdEntry;
import org.fdstorefs.FdStore;
import org.fdstorefs.FdStoreException;
import org.fdstorefs.OpenFlag;
import org.fdstorefs.StoredFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class ListingIT {
    @RegisterExtension
    final MountedStore mounted = new MountedStore();

    @TempDir
    Path directory;

    private FdStore store() {
        return mounted.store();
    }

    @Test
    void aNewStoreIsEmpty() throws IOException {
        assertThat(store().names()).isEmpty();
        assertThat(store().list()).isEmpty();
    }

    @Test
    void namesAreSorted() throws IOException {
        for (String name : List.of("b", "a", "c")) {
            put(name, Fd.open(Path.of("/dev/null")));
        }

        assertThat(store().names()).containsExactly("a", "b", "c");
    }

    @Test
    void moreNamesThanOneReadGivesAreAllListed() throws IOException {
        List<String> names =
                IntStream.range(0, 300).mapToObj(i -> "x".repeat(200) + i).toList();
        for (String name : names) {
            Files.createFile(mounted.path(name));
        }

        assertThat(store().names()).containsExactlyInAnyOrderElementsOf(names);
    }

    @Test
    void emptyAndFilledEntriesAreToldApart() throws IOException {
        Files.createFile(mounted.path("a"));
        put("b", Fd.open(Path.of("/dev/null")));

        assertThat(store().list())
                .extracting(FdEntry::name, FdEntry::state)
                .containsExactly(tuple("a", FdEntry.State.EMPTY), tuple("b", FdEntry.State.FILLED));
    }

    @Test
    void onlyEntriesAreListed() throws IOException {
        Files.createDirectory(mounted.path("directory"));
        Files.createSymbolicLink(mounted.path("link"), Path.of("x"));

        assertThat(store().list()).isEmpty();
    }

    @Test
    void aRegularFileIsToldWithItsDeviceAndInode() throws IOException {
        Path path = Files.createFile(directory.resolve("x"));
        put("x", Fd.open(path, OpenFlag.WRITE, OpenFlag.APPEND));

        StoredFile stored = stored("x");

        assertThat(stored.type()).isEqualTo("regular");
        assertThat(stored.access()).isEqualTo(StoredFile.Access.WRITE);
        assertThat(stored.inode()).isEqualTo(Files.getAttribute(path, "unix:ino"));
        assertThat(stored.device()).matches("[0-9]+:[0-9]+");
        assertThat(stored.flags() & 02000).as("O_APPEND").isNotZero();
    }

    @Test
    void theTimeOfThePutIsTold() throws IOException {
        Instant before = Instant.now();
        put("x", Fd.open(Path.of("/dev/null")));

        // The kernel's clock of files ticks more coarsely than the JVM's, by 10 ms at most.
        assertThat(stored("x").putTime()).isBetween(before.minusMillis(20), Instant.now());
    }

    @Test
    void theTypeOfWhatIsStoredIsTold() throws IOException {
        put("directory", Fd.open(directory));
        put("device", Fd.open(Path.of("/dev/null")));
        put("eventfd", Libc.eventfd());
        put("socket", Libc.listen(directory.resolve("socket")));
        try (Libc.Pipe pipe = Libc.pipe()) {
            store().put("pipe", pipe.reader());
        }

        assertThat(store().list())
                .extracting(FdEntry::name, entry -> entry.stored().orElseThrow().type())
                .containsExactly(
                        tuple("device", "character device"),
                        tuple("directory", "directory"),
                        tuple("eventfd", "anon_inode:[eventfd]"),
                        tuple("pipe", "fifo"),
                        tuple("socket", "socket"));
    }

    @Test
    void aNameThatIsNotThereCannotBeLookedAt() {
        assertThatThrownBy(() -> store().info("x")).isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void removeReleasesWhatIsStored() throws IOException {
        try (Libc.Pipe pipe = Libc.pipe()) {
            store().put("x", pipe.writer());
            pipe.writer().close();

            assertThat(store().remove("x")).isTrue();

            assertThat(pipe.reader().newInputStream().read()).isEqualTo(-1);
            assertThat(store().names()).isEmpty();
        }
    }

    @Test
    void aNameThatIsNotThereIsNotRemoved() throws IOException {
        assertThat(store().remove("x")).isFalse();
    }

    @Test
    void aDirectoryIsNotRemoved() throws IOException {
        Files.createDirectory(mounted.path("directory"));

        assertThatThrownBy(() -> store().remove("directory"))
                .isInstanceOf(FdStoreException.class)
                .hasMessageContaining("EISDIR");
    }

    private StoredFile stored(String name) throws IOException {
        return store().info(name).stored().orElseThrow();
    }

    private void put(String name, Fd file) throws IOException {
        try (file) {
            store().put(name, file);
        }
    }
}
