// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.fdstorefs.DirectoryReader.Kind;
import org.fdstorefs.internal.Sys;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against the getdents64(2) of this machine. */
class DirectoryReaderTest {
    @TempDir
    Path directory;

    @Test
    void anEmptyDirectoryHasNoNames() throws IOException {
        assertThat(names()).isEmpty();
    }

    @Test
    void onlyRegularFilesAreListed() throws IOException {
        Files.createFile(directory.resolve("file"));
        Files.createDirectory(directory.resolve("directory"));
        Files.createSymbolicLink(directory.resolve("link"), Path.of("file"));

        assertThat(names()).containsExactly("file");
    }

    @Test
    void onlyDirectoriesAreListedIfThoseAreWanted() throws IOException {
        Files.createFile(directory.resolve("file"));
        Files.createDirectory(directory.resolve("directory"));

        assertThat(names(Kind.DIRECTORY)).containsExactly("directory");
        assertThat(names(Kind.ANY)).containsExactlyInAnyOrder("directory", "file");
    }

    @Test
    void namesThatFillManyBuffersAreAllListed() throws IOException {
        List<String> expected =
                IntStream.range(0, 500).mapToObj(i -> "x".repeat(200) + i).toList();
        for (String name : expected) {
            Files.createFile(directory.resolve(name));
        }

        assertThat(names()).containsExactlyInAnyOrderElementsOf(expected);
    }

    @Test
    void aFailureIsTheNegatedErrno() {
        assertThat(DirectoryReader.read(Sys.system(), -1, Kind.ENTRY, new ArrayList<>()))
                .isEqualTo(-Errno.EBADF.number());
    }

    private List<String> names() throws IOException {
        return names(Kind.ENTRY);
    }

    private List<String> names(Kind kind) throws IOException {
        List<String> names = new ArrayList<>();
        try (Fd fd = Fd.open(directory, OpenFlag.READ, OpenFlag.DIRECTORY)) {
            long result = fd.use(number -> DirectoryReader.read(Sys.system(), number, kind, names));
            assertThat(result).isZero();
        }
        return names;
    }
}
