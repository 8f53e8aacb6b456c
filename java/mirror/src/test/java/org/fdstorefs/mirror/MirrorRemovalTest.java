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

/** What is removed and replaced, and what those see of it who have it open. */
class MirrorRemovalTest {
    @TempDir
    Path source;

    @AutoClose
    private Mirror mirror;

    @BeforeEach
    void open() throws IOException, FuseException {
        mirror = new Mirror(source);
    }

    @Test
    void aRemovedDirectoryIsEmptyAndStaysSo() throws FuseException {
        long directory = mirror.makeDirectory(1, "directory", 0755).nodeId();
        long file = mirror.create(1, "file", 0600).nodeId();

        mirror.removeDirectory(1, "directory");

        assertThat(mirror.attributes(directory).links()).isZero();
        assertThat(mirror.names(directory)).containsExactly(".", "..");
        assertThat(mirror.errno(() -> mirror.lookup(directory, "x"))).isEqualTo(Errno.ENOENT);
        assertThat(mirror.errno(() -> mirror.create(directory, "x", 0600))).isEqualTo(Errno.ENOENT);
        assertThat(mirror.errno(() -> mirror.makeDirectory(directory, "x", 0700)))
                .isEqualTo(Errno.ENOENT);
        assertThat(mirror.errno(() -> mirror.link(directory, "x", file))).isEqualTo(Errno.ENOENT);
        assertThat(mirror.errno(() -> mirror.rename(1, "file", directory, "x"))).isEqualTo(Errno.ENOENT);
        mirror.forget(directory);
        assertThat(mirror.errno(() -> mirror.attributes(directory))).isEqualTo(Errno.ESTALE);
    }

    @Test
    void aFullDirectoryIsNeitherRemovedNorReplaced() throws FuseException {
        long full = mirror.makeDirectory(1, "full", 0755).nodeId();
        long empty = mirror.makeDirectory(1, "empty", 0755).nodeId();
        mirror.create(full, "file", 0600);
        int links = mirror.attributes(1).links();

        assertThat(mirror.errno(() -> mirror.removeDirectory(1, "full"))).isEqualTo(Errno.ENOTEMPTY);
        assertThat(mirror.errno(() -> mirror.rename(1, "empty", 1, "full"))).isEqualTo(Errno.ENOTEMPTY);

        assertThat(mirror.lookup(1, "full").nodeId()).isEqualTo(full);
        assertThat(mirror.lookup(1, "empty").nodeId()).isEqualTo(empty);
        assertThat(mirror.attributes(1).links()).isEqualTo(links);
    }

    @Test
    void theHiddenDirectoryDoesNotCount() throws FuseException, IOException {
        int onTheHost = (int) Files.getAttribute(source, "unix:nlink");

        assertThat(mirror.attributes(1).links()).isEqualTo(onTheHost > 2 ? onTheHost - 1 : onTheHost);
    }

    @Test
    void aRenameThatFailsLeavesNothingBehind() throws FuseException {
        mirror.create(1, "file", 0600);
        long target = mirror.create(1, "target", 0600).nodeId();
        HostFilesProxy host = new HostFilesProxy(source.toString());
        host.fail("rename");
        try (Mirror server = new Mirror(mirror, host.files())) {
            assertThat(server.errno(() -> server.rename(1, "file", 1, "target")))
                    .isEqualTo(Errno.ENOSPC);

            assertThat(server.attributes(target).links()).isEqualTo(1);
            assertThat(source.resolve(".fdstorefs-removed")).isEmptyDirectory();
            assertThat(server.names(1)).contains("file", "target");
        }
    }

    @Test
    void whatCannotBeGivenAwayIsNotMade() throws FuseException {
        HostFilesProxy host = new HostFilesProxy(source.toString());
        host.fail("changeOwner");
        try (Mirror server = new Mirror(mirror, host.files())) {
            assertThat(server.errno(() -> server.create(1, "file", 0600))).isEqualTo(Errno.ENOSPC);
            assertThat(server.errno(() -> server.makeDirectory(1, "directory", 0700)))
                    .isEqualTo(Errno.ENOSPC);
            assertThat(server.errno(() -> server.symlink(1, "link", "target"))).isEqualTo(Errno.ENOSPC);
        }
        assertThat(mirror.names(1)).containsExactly(".", "..");
    }

    @Test
    void aRemovedFileMayGetANameAgain() throws FuseException {
        long file = mirror.create(1, "file", 0600).nodeId();
        mirror.write(file, 0, "abc");
        mirror.unlink(1, "file");

        assertThat(mirror.link(1, "again", file).attributes().links()).isEqualTo(1);
        mirror.create(1, "other", 0600);
        mirror.rename(1, "other", 1, "again");

        assertThat(mirror.attributes(file).links()).isZero();
        assertThat(mirror.read(file, 0, 10)).isEqualTo("abc");
        mirror.link(1, "once more", file);
        mirror.forget(file);
        assertThat(mirror.lookup(1, "once more").attributes().links()).isEqualTo(1);
    }

    @Test
    void namesOfOneFileAreReplacedOneByOne() throws FuseException {
        long file = mirror.create(1, "a", 0600).nodeId();
        mirror.link(1, "b", file);
        mirror.create(1, "x", 0600);
        mirror.create(1, "y", 0600);

        mirror.rename(1, "x", 1, "a");
        assertThat(mirror.attributes(file).links()).isEqualTo(1);
        mirror.rename(1, "y", 1, "b");
        assertThat(mirror.attributes(file).links()).isZero();
    }

    @Test
    void nothingIsWhitedOut() throws FuseException {
        mirror.create(1, "file", 0600);

        assertThat(mirror.errno(() -> mirror.rename(1, "file", 1, "new", 4))).isEqualTo(Errno.EINVAL);
        assertThat(mirror.errno(() -> mirror.rename(1, "file", 1, "new", 3))).isEqualTo(Errno.EINVAL);
        assertThat(mirror.names(1)).contains("file").doesNotContain("new");
    }

    @Test
    void theHiddenDirectoryIsNoTarget() throws FuseException {
        long file = mirror.create(1, "file", 0600).nodeId();

        assertThat(mirror.errno(() -> mirror.rename(1, "file", 1, ".fdstorefs-removed")))
                .isEqualTo(Errno.EPERM);
        assertThat(mirror.errno(() -> mirror.rename(1, ".fdstorefs-removed", 1, "x")))
                .isEqualTo(Errno.EPERM);
        assertThat(mirror.errno(() -> mirror.removeDirectory(1, ".fdstorefs-removed")))
                .isEqualTo(Errno.EPERM);
        assertThat(mirror.errno(() -> mirror.link(1, ".fdstorefs-removed", file)))
                .isEqualTo(Errno.EPERM);
    }

    @Test
    void whatStrangersPutIntoTheHiddenDirectoryIsNoNode() throws FuseException, IOException {
        Files.createFile(source.resolve(".fdstorefs-removed/stranger"));

        try (Mirror after = new Mirror(mirror)) {
            assertThat(after.attributes(1).inode()).isPositive();
            after.end();
        }
        assertThat(source).isEmptyDirectory();
    }
}
