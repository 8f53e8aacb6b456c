// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.mirror;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.fdstorefs.Errno;
import org.fdstorefs.fuse.FuseException;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server takes over, and finds the files of nodes that it never saw. */
class MirrorTakeOverTest {
    @TempDir
    Path source;

    @AutoClose
    private Mirror before;

    private HostFilesProxy host;

    @AutoClose
    private Mirror after;

    @BeforeEach
    void open() throws IOException, FuseException {
        before = new Mirror(source);
        host = new HostFilesProxy(source.toString());
        after = new Mirror(before, host.files());
    }

    @Test
    void onlyTheDirectoriesAboveANodeAreListed() throws FuseException {
        for (int i = 0; i < 20; i++) {
            long other = before.makeDirectory(1, "other-" + i, 0755).nodeId();
            before.makeDirectory(other, "below", 0755);
        }
        long outer = before.makeDirectory(1, "outer", 0755).nodeId();
        long inner = before.makeDirectory(outer, "inner", 0755).nodeId();
        long file = before.create(inner, "file", 0600).nodeId();
        long sibling = before.create(inner, "sibling", 0600).nodeId();

        assertThat(after.attributes(file).inode()).isEqualTo(file);
        assertThat(after.attributes(sibling).inode()).isEqualTo(sibling);
        assertThat(after.attributes(outer).inode()).isEqualTo(outer);

        assertThat(host.calls("list"))
                .containsExactly("list .fdstorefs-removed", "list .", "list outer", "list outer/inner");
    }

    @Test
    void whatWasMovedIsFoundWhereItIs() throws FuseException {
        for (int i = 0; i < 20; i++) {
            before.makeDirectory(1, "other-" + i, 0755);
        }
        long from = before.makeDirectory(1, "from", 0755).nodeId();
        long to = before.makeDirectory(1, "to", 0755).nodeId();
        long moved = before.makeDirectory(from, "moved", 0755).nodeId();
        long file = before.create(moved, "file", 0600).nodeId();
        before.rename(from, "moved", to, "moved");

        assertThat(after.attributes(file).inode()).isEqualTo(file);

        assertThat(host.calls("list")).containsExactly("list .fdstorefs-removed", "list .", "list to", "list to/moved");
    }

    @Test
    void afterANameIsGoneTheNoteIsThatOfAnother() throws FuseException {
        long one = before.makeDirectory(1, "one", 0755).nodeId();
        long two = before.makeDirectory(1, "two", 0755).nodeId();
        for (int i = 0; i < 20; i++) {
            before.makeDirectory(1, "other-" + i, 0755);
        }
        long file = before.create(one, "file", 0600).nodeId();
        before.link(two, "file", file);
        assertThat(before.known().get(file)).isEqualTo(two);

        before.unlink(two, "file");

        assertThat(before.known().get(file)).isEqualTo(one);
        assertThat(after.attributes(file).links()).isEqualTo(1);
        assertThat(host.calls("list")).containsExactly("list .fdstorefs-removed", "list .", "list one");
    }

    @Test
    void aWrongNoteIsNoHarm() throws FuseException, IOException {
        long directory = before.makeDirectory(1, "directory", 0755).nodeId();
        long file = before.create(directory, "file", 0600).nodeId();
        long other = before.create(directory, "other", 0600).nodeId();
        Files.createDirectories(source.resolve("deep/er"));
        Files.move(source.resolve("directory/file"), source.resolve("deep/er/moved"));
        before.known().set(other, other);
        before.known().set(directory, other);

        assertThat(after.attributes(file).inode()).isEqualTo(file);
        assertThat(after.attributes(other).inode()).isEqualTo(other);
        assertThat(after.errno(() -> after.attributes(999_999_999_999L))).isEqualTo(Errno.ESTALE);
    }

    @Test
    void aDirectoryThatIsForgottenStaysTheWayToItsFiles() throws FuseException {
        long one = before.makeDirectory(1, "one", 0755).nodeId();
        long two = before.makeDirectory(1, "two", 0755).nodeId();
        long file = before.create(one, "file", 0600).nodeId();
        before.link(two, "file", file);
        long again = after.lookup(1, "two").nodeId();
        after.lookup(again, "file");
        int listed = host.calls("list").size();

        after.forget(two);

        assertThat(after.attributes(file).links()).isEqualTo(2);
        assertThat(host.calls("list")).hasSize(listed);
    }

    @Test
    void whatWasRemovedIsStillThere() throws FuseException {
        long file = before.create(1, "file", 0600).nodeId();
        before.write(file, 0, "abc");
        long directory = before.makeDirectory(1, "directory", 0755).nodeId();
        before.unlink(1, "file");
        before.removeDirectory(1, "directory");

        assertThat(after.read(file, 0, 10)).isEqualTo("abc");
        assertThat(after.attributes(file).links()).isZero();
        assertThat(after.attributes(directory).links()).isZero();
        assertThat(host.calls("list")).containsExactly("list .fdstorefs-removed");
        after.forget(file);
        after.forget(file);
        after.forget(directory);
        assertThat(source.resolve(".fdstorefs-removed")).isEmptyDirectory();
    }

    @Test
    void aNewMountBeginsWithoutWhatWasRemoved() throws FuseException, IOException {
        long file = before.create(1, "file", 0600).nodeId();
        before.unlink(1, "file");

        try (Mirror fresh = new Mirror(source)) {
            assertThat(fresh.errno(() -> fresh.attributes(file))).isEqualTo(Errno.ESTALE);
        }
    }
}
