// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.mirror;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.fdstorefs.Errno;
import org.fdstorefs.fuse.AttributeChanges;
import org.fdstorefs.fuse.Attributes;
import org.fdstorefs.fuse.Bytes;
import org.fdstorefs.fuse.Entry;
import org.fdstorefs.fuse.FuseException;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What one server does when nothing happens to it. */
class MirrorFileSystemTest {
    @TempDir
    Path source;

    @AutoClose
    private Mirror mirror;

    @BeforeEach
    void open() throws IOException, FuseException {
        mirror = new Mirror(source);
    }

    @Test
    void aFileIsMadeWrittenAndReadBack() throws FuseException, IOException {
        Entry file = mirror.create(1, "file", 0640);

        assertThat(mirror.write(file.nodeId(), 2, "abc")).isEqualTo(3);

        assertThat(mirror.read(file.nodeId(), 0, 100)).isEqualTo("\0\0abc");
        assertThat(mirror.read(file.nodeId(), 3, 1)).isEqualTo("b");
        assertThat(mirror.read(file.nodeId(), 5, 10)).isEmpty();
        assertThat(Files.readString(source.resolve("file"))).isEqualTo("\0\0abc");
        assertThat(file.attributes().mode()).isEqualTo(0100640);
        assertThat(mirror.attributes(file.nodeId()).size()).isEqualTo(5);
    }

    @Test
    void theRootIsTheSource() throws FuseException {
        assertThat(mirror.attributes(1).type()).isEqualTo(Attributes.DIRECTORY);
        assertThat(mirror.names(1)).containsExactlyInAnyOrder(".", "..");
    }

    @Test
    void anAbsentFileIsNotFound() {
        assertThat(mirror.errno(() -> mirror.lookup(1, "absent"))).isEqualTo(Errno.ENOENT);
    }

    @Test
    void anUnknownNodeIsStale() {
        assertThat(mirror.errno(() -> mirror.attributes(999_999_999_999L))).isEqualTo(Errno.ESTALE);
    }

    @Test
    void directoriesNest() throws FuseException, IOException {
        long outer = mirror.makeDirectory(1, "outer", 0755).nodeId();
        long inner = mirror.makeDirectory(outer, "inner", 0700).nodeId();
        long file = mirror.create(inner, "file", 0600).nodeId();
        mirror.write(file, 0, "deep");

        assertThat(Files.readString(source.resolve("outer/inner/file"))).isEqualTo("deep");
        assertThat(mirror.names(outer)).containsExactlyInAnyOrder(".", "..", "inner");
        assertThat(mirror.errno(() -> mirror.removeDirectory(1, "outer"))).isEqualTo(Errno.ENOTEMPTY);
        assertThat(mirror.errno(() -> mirror.unlink(outer, "inner"))).isEqualTo(Errno.EISDIR);
        assertThat(mirror.errno(() -> mirror.removeDirectory(inner, "file"))).isEqualTo(Errno.ENOTDIR);
    }

    @Test
    void nodesFollowARenamedDirectory() throws FuseException {
        long directory = mirror.makeDirectory(1, "before", 0755).nodeId();
        long file = mirror.create(directory, "file", 0600).nodeId();

        mirror.rename(1, "before", 1, "after");

        mirror.write(file, 0, "x");
        assertThat(source.resolve("after/file")).hasContent("x");
    }

    @Test
    void allNamesOfAFileAreOneNode() throws FuseException {
        Entry file = mirror.create(1, "first", 0600);

        Entry second = mirror.link(1, "second", file.nodeId());

        assertThat(second.nodeId()).isEqualTo(file.nodeId());
        assertThat(second.attributes().links()).isEqualTo(2);
        mirror.unlink(1, "second");
        assertThat(mirror.attributes(file.nodeId()).links()).isEqualTo(1);
        assertThat(mirror.names(1)).contains("first").doesNotContain("second");
    }

    @Test
    void aSymbolicLinkIsNotFollowed() throws FuseException {
        Entry link = mirror.symlink(1, "link", "../a//b/");

        assertThat(mirror.readLink(link.nodeId())).isEqualTo("../a//b/");
        assertThat(mirror.lookup(1, "link").attributes().type()).isEqualTo(Attributes.SYMBOLIC_LINK);
        assertThat(mirror.errno(() -> mirror.change(link.nodeId(), mode(0600)))).isEqualTo(Errno.EOPNOTSUPP);
    }

    @Test
    void namesNeedNotBeUtf8() throws FuseException {
        Bytes name = Bytes.of(new byte[] {(byte) 0xff, 'x'});

        long file = mirror.create(1, name, 0600).nodeId();

        assertThat(mirror.lookup(1, name).nodeId()).isEqualTo(file);
    }

    @Test
    void attributesChange() throws FuseException {
        long file = mirror.create(1, "file", 0600).nodeId();
        mirror.write(file, 0, "abc");
        Instant time = Instant.ofEpochSecond(1_000_000_000, 123_456_789);

        Attributes changed = mirror.change(
                file,
                new AttributeChanges(
                        OptionalInt.of(04711),
                        OptionalInt.empty(),
                        OptionalInt.empty(),
                        OptionalLong.of(2),
                        Optional.empty(),
                        Optional.of(time)));

        assertThat(changed.size()).isEqualTo(2);
        assertThat(changed.mode()).isEqualTo(0104711);
        assertThat(changed.modified()).isEqualTo(time);
        assertThat(changed.accessed()).isNotEqualTo(time);
    }

    @Test
    void aRemovedFileLivesUntilItIsForgotten() throws FuseException {
        long file = mirror.create(1, "file", 0600).nodeId();
        mirror.write(file, 0, "abc");

        mirror.unlink(1, "file");

        assertThat(mirror.names(1)).containsExactlyInAnyOrder(".", "..");
        assertThat(mirror.read(file, 0, 10)).isEqualTo("abc");
        assertThat(mirror.attributes(file).links()).isZero();
        mirror.forget(file);
        assertThat(mirror.errno(() -> mirror.attributes(file))).isEqualTo(Errno.ESTALE);
    }

    @Test
    void aReplacedFileLivesUntilItIsForgotten() throws FuseException {
        long old = mirror.create(1, "old", 0600).nodeId();
        mirror.write(old, 0, "old");
        long fresh = mirror.create(1, "new", 0600).nodeId();

        mirror.rename(1, "new", 1, "old");

        assertThat(mirror.lookup(1, "old").nodeId()).isEqualTo(fresh);
        assertThat(mirror.read(old, 0, 10)).isEqualTo("old");
        assertThat(mirror.attributes(old).links()).isZero();
    }

    @Test
    void anEmptyDirectoryIsReplaced() throws FuseException {
        long moved = mirror.makeDirectory(1, "moved", 0755).nodeId();
        long replaced = mirror.makeDirectory(1, "replaced", 0755).nodeId();
        mirror.create(moved, "file", 0600);

        assertThat(mirror.errno(() -> mirror.rename(1, "replaced", 1, "moved"))).isEqualTo(Errno.ENOTEMPTY);
        mirror.rename(1, "moved", 1, "replaced");

        assertThat(mirror.lookup(1, "replaced").nodeId()).isEqualTo(moved);
        assertThat(mirror.attributes(replaced).links()).isZero();
    }

    @Test
    void theHiddenDirectoryIsHidden() throws FuseException, IOException {
        mirror.create(1, "file", 0600);
        mirror.unlink(1, "file");

        try (var names = Files.list(source)) {
            assertThat(names).hasSize(1);
        }
        assertThat(mirror.names(1)).containsExactlyInAnyOrder(".", "..");
        assertThat(mirror.errno(() -> mirror.lookup(1, ".fdstorefs-removed"))).isEqualTo(Errno.ENOENT);
        assertThat(mirror.errno(() -> mirror.create(1, ".fdstorefs-removed", 0600)))
                .isEqualTo(Errno.EPERM);
        mirror.end();
        assertThat(source).isEmptyDirectory();
    }

    @Test
    void directoriesPassOnTheirGroup() throws FuseException {
        mirror.makeDirectory(1, "directory", 02775);
        long directory = mirror.lookup(1, "directory").nodeId();

        assertThat(mirror.makeDirectory(directory, "below", 0755).attributes().mode())
                .isEqualTo(0042755);
    }

    @Test
    void offsetsStayGoodWhileNamesComeAndGo() throws FuseException {
        for (int i = 0; i < 50; i++) {
            mirror.create(1, "file-" + i, 0600);
        }
        Listing first = mirror.list(1, 0, 500);
        assertThat(first.names()).hasSizeBetween(3, 20);
        for (String name : first.names()) {
            if (name.startsWith("file")) {
                mirror.unlink(1, name);
            }
        }

        Listing rest = new Mirror(mirror).list(1, first.next(), 100_000);

        assertThat(rest.names()).hasSize(52 - first.names().size()).doesNotContainAnyElementsOf(first.names());
    }

    @Test
    void theFileSystemTellsItsSize() throws FuseException {
        assertThat(mirror.usage().nameLength()).isPositive();
        assertThat(mirror.usage().blocks()).isPositive();
    }

    @Test
    void whatTheHostMovesIsFoundAgain() throws FuseException, IOException {
        long directory = mirror.makeDirectory(1, "directory", 0755).nodeId();
        long file = mirror.create(1, "file", 0600).nodeId();

        Files.move(source.resolve("file"), source.resolve("directory/moved"));
        Files.move(source.resolve("directory"), source.resolve("also-moved"));

        assertThat(mirror.attributes(file).type()).isEqualTo(Attributes.REGULAR);
        mirror.write(file, 0, "x");
        assertThat(mirror.names(directory)).contains("moved");
        assertThat(Files.readString(source.resolve("also-moved/moved"), UTF_8)).isEqualTo("x");
    }

    private static AttributeChanges mode(int mode) {
        return new AttributeChanges(
                OptionalInt.of(mode),
                OptionalInt.empty(),
                OptionalInt.empty(),
                OptionalLong.empty(),
                Optional.empty(),
                Optional.empty());
    }
}
