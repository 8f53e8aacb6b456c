// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MountTableTest {
    @TempDir
    Path directory;

    @Test
    void storesAreFoundInTheOrderOfTheTable() throws IOException {
        assertThat(stores(
                        "22 1 0:21 / /proc rw,nosuid shared:13 - proc proc rw",
                        "30 22 0:40 / /run/fdstore rw,nosuid,nodev,noexec shared:14 master:3 - fdstorefs fdstore rw,max=64",
                        "31 22 0:41 / /a rw - fdstorefs x rw"))
                .containsExactly(Path.of("/run/fdstore"), Path.of("/a"));
    }

    @Test
    void onlyTheTypeMakesAStore() throws IOException {
        assertThat(stores(
                        "30 22 0:40 / /fdstorefs rw - tmpfs fdstorefs rw",
                        "31 22 0:41 / /b rw - fuse.fdstorefs x rw",
                        "32 22 0:42 / /c rw - fdstorefs2 x rw",
                        "nonsense"))
                .isEmpty();
    }

    @Test
    void escapesAreResolved() throws IOException {
        assertThat(stores("30 22 0:40 / /a\\040b\\011c\\134040\\012 rw - fdstorefs x rw"))
                .containsExactly(Path.of("/a b\tc\\040\n"));
    }

    @Test
    void aPlaceIsToldOnce() throws IOException {
        assertThat(stores("30 22 0:40 / /a rw - fdstorefs x rw", "31 30 0:41 / /a rw - fdstorefs y rw"))
                .containsExactly(Path.of("/a"));
    }

    @Test
    void theEnvironmentNamesTheStore() throws IOException {
        Path table = table();

        assertThatThrownBy(() -> Finder.of(table, directory.resolve("missing").toString())
                        .find())
                .isInstanceOf(NoSuchFileException.class);
        assertThatThrownBy(() -> Finder.of(table, directory.toString()).find()).isInstanceOf(NotAStoreException.class);
    }

    @Test
    void whereThereIsNoStoreNoneIsFound() throws IOException {
        assertThat(Finder.of(table(), null).find()).isEmpty();
        assertThat(Finder.of(table(), "").find()).isEmpty();
    }

    @Test
    void whatIsOutOfReachIsPassedOver() throws IOException {
        Path table = table(
                "30 22 0:40 / " + directory.resolve("missing") + " rw - fdstorefs x rw",
                "32 22 0:42 / /" + "x".repeat(300) + " rw - fdstorefs no name rw",
                "33 22 0:43 / /" + "x/".repeat(3000) + " rw - fdstorefs no path rw",
                "31 22 0:41 / " + directory + " rw - fdstorefs hidden by another mount rw");

        assertThat(Finder.of(table, null).find()).isEmpty();
    }

    private List<Path> stores(String... lines) throws IOException {
        return MountTable.paths(table(lines));
    }

    private Path table(String... lines) throws IOException {
        return Files.write(directory.resolve("mountinfo"), List.of(lines));
    }
}
