// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.mirror;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.fdstorefs.Errno;
import org.fdstorefs.fuse.Bytes;
import org.fdstorefs.fuse.CopyRange;
import org.fdstorefs.fuse.FuseException;
import org.fdstorefs.fuse.Request;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Room, holes, copies and extended attributes. */
class MirrorDataTest {
    private static final Bytes COLOUR = Bytes.of("user.colour");
    private static final int CREATE = 1;
    private static final int REPLACE = 2;
    private static final int KEEP_SIZE = 1;
    private static final int PUNCH_HOLE = 2;
    private static final int COLLAPSE = 8;
    private static final int SEEK_DATA = 3;
    private static final int SEEK_HOLE = 4;

    @TempDir
    Path source;

    @AutoClose
    private Mirror mirror;

    private long file;

    @BeforeEach
    void open() throws IOException, FuseException {
        mirror = new Mirror(source);
        file = mirror.create(1, "file", 0600).nodeId();
        mirror.write(file, 0, "abcdef");
    }

    private Request about(long nodeId) {
        return mirror.about(nodeId).first();
    }

    @Test
    void roomIsAllocated() throws FuseException {
        mirror.files().allocate(about(file), 0, 0, 10, 0);
        assertThat(mirror.attributes(file).size()).isEqualTo(10);

        mirror.files().allocate(about(file), 0, 0, 20, KEEP_SIZE);
        assertThat(mirror.attributes(file).size()).isEqualTo(10);
    }

    @Test
    void holesArePunched() throws FuseException {
        mirror.files().allocate(about(file), 0, 1, 2, PUNCH_HOLE | KEEP_SIZE);

        assertThat(mirror.read(file, 0, 10)).isEqualTo("a\0\0def");
    }

    @Test
    void dataAreNotMovedByAllocation() {
        assertThat(mirror.errno(() -> mirror.files().allocate(about(file), 0, 0, 4096, COLLAPSE)))
                .isEqualTo(Errno.EOPNOTSUPP);
        assertThat(source.resolve("file")).hasContent("abcdef");
    }

    @Test
    void dataAndHolesAreFound() throws FuseException {
        assertThat(mirror.files().seek(about(file), 0, 2, SEEK_DATA)).isEqualTo(2);
        assertThat(mirror.files().seek(about(file), 0, 2, SEEK_HOLE)).isEqualTo(6);
        assertThat(mirror.errno(() -> mirror.files().seek(about(file), 0, 7, SEEK_DATA)))
                .hasToString("ENXIO");
        assertThat(mirror.errno(() -> mirror.files().seek(about(file), 0, 0, 0)))
                .isEqualTo(Errno.EINVAL);
    }

    @Test
    void rangesAreCopied() throws FuseException {
        long other = mirror.create(1, "other", 0600).nodeId();
        mirror.write(other, 0, "123456");

        int copied = mirror.files().copyRange(about(file), new CopyRange(0, 1, other, 0, 2, 3, 0));

        assertThat(copied).isEqualTo(3);
        assertThat(mirror.read(other, 0, 10)).isEqualTo("12bcd6");
        assertThat(mirror.files().copyRange(about(file), new CopyRange(0, 6, other, 0, 0, 3, 0)))
                .isZero();
    }

    @Test
    void aLongCopyMayStopShort() throws FuseException {
        long other = mirror.create(1, "other", 0600).nodeId();

        int copied = mirror.files().copyRange(about(file), new CopyRange(0, 0, other, 0, 0, Long.MAX_VALUE, 0));

        assertThat(copied).isEqualTo(6);
        assertThat(mirror.read(other, 0, 10)).isEqualTo("abcdef");
    }

    @Test
    void directoriesAndFilesHaveExtendedAttributes() throws FuseException {
        long directory = mirror.makeDirectory(1, "directory", 0700).nodeId();
        for (long node : new long[] {1, directory, file}) {
            set(node, COLOUR, "red", CREATE);
            set(node, COLOUR, "green", REPLACE);

            assertThat(mirror.files().extendedAttribute(about(node), COLOUR)).isEqualTo("green".getBytes(UTF_8));
            assertThat(mirror.files().extendedAttributes(about(node))).contains(COLOUR);
            mirror.files().removeExtendedAttribute(about(node), COLOUR);
            assertThat(mirror.files().extendedAttributes(about(node))).doesNotContain(COLOUR);
        }
    }

    @Test
    void anExtendedAttributeMayBeEmpty() throws FuseException {
        set(file, COLOUR, "", 0);

        assertThat(mirror.files().extendedAttribute(about(file), COLOUR)).isEmpty();
    }

    @Test
    void extendedAttributesAreThoseOfALinkItself() throws FuseException {
        set(file, COLOUR, "red", 0);
        long link = mirror.symlink(1, "link", "file").nodeId();

        assertThat(mirror.errno(() -> set(link, COLOUR, "green", 0))).isEqualTo(Errno.EPERM);
        assertThat(mirror.files().extendedAttributes(about(link))).doesNotContain(COLOUR);
    }

    @Test
    void whatIsThereOrNotIsAnError() throws FuseException {
        assertThat(mirror.errno(() -> set(file, COLOUR, "red", REPLACE))).isEqualTo(Errno.ENODATA);
        assertThat(mirror.errno(() -> mirror.files().extendedAttribute(about(file), COLOUR)))
                .isEqualTo(Errno.ENODATA);
        assertThat(mirror.errno(() -> mirror.files().removeExtendedAttribute(about(file), COLOUR)))
                .isEqualTo(Errno.ENODATA);
        set(file, COLOUR, "red", 0);
        assertThat(mirror.errno(() -> set(file, COLOUR, "red", CREATE))).isEqualTo(Errno.EEXIST);
    }

    @Test
    void thereAreNoAccessControlLists() {
        Bytes list = Bytes.of("system.posix_acl_access");

        assertThat(mirror.errno(() -> set(file, list, "x", 0))).isEqualTo(Errno.EOPNOTSUPP);
        assertThat(mirror.errno(() -> mirror.files().extendedAttribute(about(file), list)))
                .isEqualTo(Errno.EOPNOTSUPP);
    }

    @Test
    void directoriesNestDeeperThanAPathIsLong() throws FuseException {
        String name = "d".repeat(200);
        long directory = 1;
        for (int i = 0; i < 30; i++) {
            directory = mirror.makeDirectory(directory, name, 0700).nodeId();
        }
        long deep = mirror.create(directory, "deep", 0600).nodeId();
        mirror.write(deep, 0, "down there");
        set(deep, COLOUR, "black", 0);
        mirror.rename(directory, "deep", 1, "up");
        mirror.rename(1, "up", directory, "down");

        try (Mirror after = new Mirror(mirror)) {
            assertThat(after.read(deep, 0, 100)).isEqualTo("down there");
            assertThat(after.names(directory)).contains("down");
            assertThat(after.files().extendedAttribute(about(deep), COLOUR)).isEqualTo("black".getBytes(UTF_8));
            after.unlink(directory, "down");
            assertThat(after.attributes(deep).links()).isZero();
            for (int i = 0; i < 29; i++) {
                directory = after.known().get(directory);
                after.removeDirectory(directory, name);
            }
        }
    }

    private void set(long nodeId, Bytes name, String value, int flags) throws FuseException {
        mirror.files().setExtendedAttribute(about(nodeId), name, value.getBytes(UTF_8), flags);
    }
}
