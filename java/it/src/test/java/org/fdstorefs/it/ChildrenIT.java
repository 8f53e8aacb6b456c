// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.fdstorefs.Fd;
import org.fdstorefs.FdStore;
import org.fdstorefs.FdStoreException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Subdirectories, and names that change. */
class ChildrenIT {
    @RegisterExtension
    final MountedStore mounted = new MountedStore();

    private Libc.Pipe pipe;

    @BeforeEach
    void open() {
        pipe = Libc.pipe();
    }

    @AfterEach
    void close() throws IOException {
        pipe.close();
    }

    private FdStore store() {
        return mounted.store();
    }

    @Test
    void aChildIsAStoreForTheOwnerOnly() throws IOException {
        try (FdStore child = store().createChild("a")) {
            child.put("x", pipe.reader());

            assertThat(child.directory()).isEqualTo(mounted.path("a"));
            assertThat(Files.getPosixFilePermissions(mounted.path("a")))
                    .isEqualTo(PosixFilePermissions.fromString("rwx------"));
        }
        try (FdStore again = store().child("a")) {
            assertThat(again.names()).containsExactly("x");
        }
    }

    @Test
    void childrenAreListedSortedAndApartFromEntries() throws IOException {
        store().createChild("b").close();
        store().createChild("a").close();
        store().put("c", pipe.reader());

        assertThat(store().children()).containsExactly("a", "b");
        assertThat(store().names()).containsExactly("c");
    }

    @Test
    void aChildIsMadeOnce() throws IOException {
        store().createChild("a").close();

        assertThatThrownBy(() -> store().createChild("a")).isInstanceOf(FileAlreadyExistsException.class);
    }

    @Test
    void onlyADirectoryIsAChild() throws IOException {
        store().put("entry", pipe.reader());
        store().createChild("a").close();
        Files.createSymbolicLink(mounted.path("link"), Path.of("a"));

        assertThatThrownBy(() -> store().child("missing")).isInstanceOf(NoSuchFileException.class);
        assertThatThrownBy(() -> store().child("entry")).isInstanceOf(NotDirectoryException.class);
        assertThatThrownBy(() -> store().child("link")).isInstanceOf(NotDirectoryException.class);
    }

    @Test
    void aChildIsRemovedWithAllThatIsInIt() throws IOException {
        try (FdStore child = store().createChild("a")) {
            child.put("writer", pipe.writer());
            Files.createSymbolicLink(mounted.path("a").resolve("link"), mounted.directory());
            child.createChild("nested").close();
            Files.createFile(mounted.path("a").resolve("nested").resolve("empty"));
        }
        pipe.writer().close();

        assertThat(store().removeChild("a")).isTrue();

        assertThat(store().children()).isEmpty();
        assertThat(pipe.reader().newInputStream().read()).isEqualTo(-1);
        assertThat(store().removeChild("a")).isFalse();
    }

    @Test
    void anEntryIsNotRemovedAsAChild() throws IOException {
        store().put("x", pipe.reader());

        assertThatThrownBy(() -> store().removeChild("x")).isInstanceOf(NotDirectoryException.class);
        assertThat(store().exists("x")).isTrue();
    }

    @Test
    void onlyEntriesExist() throws IOException {
        store().put("filled", pipe.reader());
        Files.createFile(mounted.path("empty"));
        store().createChild("child").close();

        assertThat(store().exists("filled")).isTrue();
        assertThat(store().exists("empty")).isTrue();
        assertThat(store().exists("child")).isFalse();
        assertThat(store().exists("missing")).isFalse();
    }

    @Test
    void aNameIsChangedToOneThatIsFree() throws IOException {
        store().put("x", pipe.reader());
        store().put("taken", pipe.writer());

        store().rename("x", "y");

        assertHolds("y", pipe.reader());
        assertThat(store().names()).containsExactly("taken", "y");
        assertThatThrownBy(() -> store().rename("y", "taken"))
                .isInstanceOf(FileAlreadyExistsException.class)
                .hasMessageContaining("/taken");
        assertHolds("taken", pipe.writer());
        assertThatThrownBy(() -> store().rename("x", "z"))
                .isInstanceOf(NoSuchFileException.class)
                .hasMessageContaining("/x");
    }

    @Test
    void aNameIsTakenFromWhatHasIt() throws IOException {
        store().put("x", pipe.reader());
        store().put("y", pipe.writer());
        pipe.writer().close();

        store().replace("x", "y");

        assertHolds("y", pipe.reader());
        assertThat(store().names()).containsExactly("y");
        assertThat(pipe.reader().newInputStream().read()).isEqualTo(-1);
    }

    @Test
    void aDirectoryWithSomethingInItIsNotReplaced() throws IOException {
        store().createChild("a").close();
        try (FdStore full = store().createChild("full")) {
            full.put("x", pipe.reader());
        }
        store().put("entry", pipe.reader());

        assertThatThrownBy(() -> store().replace("a", "full")).isInstanceOf(DirectoryNotEmptyException.class);
        assertThatThrownBy(() -> store().replace("entry", "a"))
                .isInstanceOf(FdStoreException.class)
                .hasMessageContaining("EISDIR");
    }

    @Test
    void namesAreExchanged() throws IOException {
        store().put("x", pipe.reader());
        store().put("y", pipe.writer());

        store().exchange("x", "y");

        assertHolds("x", pipe.writer());
        assertHolds("y", pipe.reader());
        assertThatThrownBy(() -> store().exchange("x", "missing"))
                .isInstanceOf(NoSuchFileException.class)
                .hasMessageContaining("/missing");
        assertThatThrownBy(() -> store().exchange("missing", "x"))
                .isInstanceOf(NoSuchFileException.class)
                .hasMessageContaining("/missing");
    }

    private void assertHolds(String name, Fd file) throws IOException {
        try (Fd got = store().get(name)) {
            assertThat(Libc.sameFile(got, file)).isTrue();
        }
    }
}
