// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Names, subdirectories and drafts, in a directory of this machine. */
class NamesTest {
    @TempDir
    Path directory;

    @AutoClose
    private FdStore store;

    @BeforeEach
    void open() throws IOException {
        store = new HostStore(directory).open();
    }

    @Test
    void onlyEntriesExist() throws IOException {
        write("x", "x");
        store.createChild("child").close();
        Files.createSymbolicLink(directory.resolve("link"), Path.of("x"));

        assertThat(store.exists("x")).isTrue();
        assertThat(store.exists("child")).isFalse();
        assertThat(store.exists("link")).isFalse();
        assertThat(store.exists("missing")).isFalse();
    }

    @Test
    void aNameIsChangedToOneThatIsFree() throws IOException {
        write("x", "x");
        write("taken", "y");

        store.rename("x", "y");

        assertThat(directory.resolve("y")).hasContent("x");
        assertThatThrownBy(() -> store.rename("y", "taken"))
                .isInstanceOf(FileAlreadyExistsException.class)
                .hasMessage(directory + "/taken: the name is taken: remove it, or ask to replace it");
        assertThatThrownBy(() -> store.rename("missing", "z"))
                .isInstanceOf(NoSuchFileException.class)
                .hasMessage(directory + "/missing: no such name");
    }

    @Test
    void aNameIsTakenFromWhatHasIt() throws IOException {
        write("x", "x");
        write("y", "y");

        store.replace("x", "y");

        assertThat(directory.resolve("y")).hasContent("x");
        assertThat(store.names()).containsExactly("y");
    }

    @Test
    void namesAreExchanged() throws IOException {
        write("x", "x");
        write("y", "y");

        store.exchange("x", "y");

        assertThat(directory.resolve("x")).hasContent("y");
        assertThat(directory.resolve("y")).hasContent("x");
    }

    @Test
    void whatIsToBeExchangedMustBeThere() throws IOException {
        write("x", "x");

        assertThatThrownBy(() -> store.exchange("x", "a")).hasMessage(directory + "/a: no such name");
        assertThatThrownBy(() -> store.exchange("a", "x")).hasMessage(directory + "/a: no such name");
    }

    @Test
    void aChildIsForTheOwnerOnly() throws IOException {
        try (FdStore child = store.createChild("child")) {
            assertThat(child.directory()).isEqualTo(directory.resolve("child"));
        }

        assertThat(Files.getPosixFilePermissions(directory.resolve("child")))
                .isEqualTo(PosixFilePermissions.fromString("rwx------"));
        assertThatThrownBy(() -> store.createChild("child")).isInstanceOf(FileAlreadyExistsException.class);
    }

    @Test
    void onlyADirectoryIsAChild() throws IOException {
        write("x", "x");
        store.createChild("child").close();
        Files.createSymbolicLink(directory.resolve("link"), Path.of("child"));

        assertThat(store.children()).containsExactly("child");
        assertThatThrownBy(() -> store.child("x")).isInstanceOf(NotDirectoryException.class);
        assertThatThrownBy(() -> store.child("link")).isInstanceOf(NotDirectoryException.class);
        assertThatThrownBy(() -> store.child("missing"))
                .isInstanceOf(NoSuchFileException.class)
                .hasMessageContaining("no such directory in the store");
        assertThatThrownBy(() -> store.child("..")).isInstanceOf(InvalidPathException.class);
    }

    @Test
    void aChildOfAnotherFilesystemIsNoStore() throws IOException {
        store.createChild("child").close();
        HostStore other = new HostStore(directory) {
            private boolean rootWasOpened;

            @Override
            public long fileSystemType(int fd) {
                long type = rootWasOpened ? 1 : super.fileSystemType(fd);
                rootWasOpened = true;
                return type;
            }
        };
        try (FdStore elsewhere = other.open()) {
            assertThatThrownBy(() -> elsewhere.child("child")).isInstanceOf(NotAStoreException.class);
        }
    }

    @Test
    void aChildIsRemovedWithAllThatIsInIt() throws IOException {
        Path nested = Files.createDirectories(directory.resolve("child").resolve("nested"));
        Files.writeString(nested.resolve("x"), "x");
        Files.createSymbolicLink(nested.resolve("link"), directory);
        write("stays", "x");

        assertThat(store.removeChild("child")).isTrue();
        assertThat(store.removeChild("child")).isFalse();
        assertThat(store.children()).isEmpty();
        assertThat(store.names()).containsExactly("stays");
    }

    @Test
    void anEntryIsNotRemovedAsAChild() throws IOException {
        write("x", "x");

        assertThatThrownBy(() -> store.removeChild("x")).isInstanceOf(NotDirectoryException.class);
        assertThat(store.names()).containsExactly("x");
    }

    @Test
    void aChildIsHiddenBeforeAnythingInItIsRemoved() throws IOException {
        Files.createDirectory(directory.resolve("child"));
        Files.writeString(directory.resolve("child").resolve("x"), "x");
        HostStore stuck = new HostStore(directory) {
            @Override
            public int unlinkat(int dirFd, byte[] path, int flags) {
                return -Errno.EACCES.number();
            }
        };
        try (FdStore other = stuck.open()) {
            assertThatThrownBy(() -> other.removeChild("child")).hasMessageContaining("/.child.");
        }

        assertThat(store.children()).singleElement().asString().startsWith(".child.");
    }

    @Test
    void aDraftAppearsWhenItIsCommitted() throws IOException {
        try (Draft draft = store.draft("set")) {
            Files.writeString(draft.directory().resolve("x"), "x");
            assertThat(store.children()).doesNotContain("set");

            draft.commit();
        }

        assertThat(store.children()).containsExactly("set");
        assertThat(directory.resolve("set").resolve("x")).hasContent("x");
    }

    @Test
    void aDraftDoesNotReplaceUnasked() throws IOException {
        store.createChild("set").close();
        try (Draft draft = store.draft("set")) {
            assertThatThrownBy(draft::commit).isInstanceOf(FileAlreadyExistsException.class);
            Files.writeString(draft.directory().resolve("x"), "new");

            draft.commitReplacing();
        }

        assertThat(store.children()).containsExactly("set");
        assertThat(directory.resolve("set").resolve("x")).hasContent("new");
    }

    @Test
    void aDraftReplacesWhatIsNotThere() throws IOException {
        try (Draft draft = store.draft("set")) {
            draft.commitReplacing();
        }

        assertThat(store.children()).containsExactly("set");
    }

    @Test
    void aDraftReplacesAnEntry() throws IOException {
        write("set", "x");
        try (Draft draft = store.draft("set")) {
            draft.commitReplacing();
        }

        assertThat(store.children()).containsExactly("set");
        assertThat(store.names()).isEmpty();
    }

    @Test
    void aDraftThatIsNotCommittedIsRemoved() throws IOException {
        try (Draft draft = store.draft("set")) {
            Files.writeString(draft.directory().resolve("x"), "x");
        }

        assertThat(store.children()).isEmpty();
    }

    @Test
    void aNewSetIsThereEvenIfTheOldOneCannotBeRemoved() throws IOException {
        Files.createDirectory(directory.resolve("set"));
        Files.writeString(directory.resolve("set").resolve("x"), "old");
        HostStore stuck = new HostStore(directory) {
            @Override
            public int unlinkat(int dirFd, byte[] path, int flags) {
                return -Errno.ENOTEMPTY.number();
            }
        };
        try (FdStore other = stuck.open();
                Draft draft = other.draft("set")) {
            Files.writeString(draft.directory().resolve("y"), "new");

            assertThatThrownBy(draft::commitReplacing)
                    .isInstanceOf(DirectoryNotEmptyException.class)
                    .hasMessageContaining("/.set.");
        }

        assertThat(directory.resolve("set").resolve("y")).hasContent("new");
    }

    @Test
    void aFinishedDraftSaysSo() throws IOException {
        Draft draft = store.draft("set");
        draft.commit();
        assertThatThrownBy(draft::commit)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage(directory + "/set: the draft is committed");
        draft.close();
        draft.close();

        Draft closed = store.draft("other");
        closed.close();
        assertThatThrownBy(closed::commitReplacing).hasMessage(directory + "/other: the draft is closed");
    }

    @Test
    void aTemporaryNameThatIsTakenIsNoMatter() throws IOException {
        HostStore crowded = new HostStore(directory) {
            private int tries;

            @Override
            public int mkdirat(int dirFd, byte[] path, int mode) {
                return tries++ < 3 ? -Errno.EEXIST.number() : super.mkdirat(dirFd, path, mode);
            }
        };
        try (FdStore other = crowded.open();
                Draft draft = other.draft("set")) {
            draft.commit();
        }

        assertThat(store.children()).containsExactly("set");
    }

    @Test
    void theLongestNameHasATemporaryOne() {
        byte[] temporary = TemporaryName.of(new byte[255]);

        assertThat(temporary).hasSize(255).startsWith('.', 0);
    }

    private void write(String name, String content) throws IOException {
        Files.writeString(directory.resolve(name), content);
    }
}
