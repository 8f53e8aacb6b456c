// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.fuse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IdentityTest {
    @TempDir
    Path directory;

    private static Identity identity() {
        return Identity.of("mirror").with("source", "/srv/data").with("mount", "/mnt");
    }

    @Test
    void isWhatItIsMadeOf() {
        assertThat(identity())
                .isEqualTo(identity())
                .hasSameHashCodeAs(identity())
                .hasToString("mirror source=/srv/data mount=/mnt")
                .isNotEqualTo(Identity.of("mirror"))
                .isNotEqualTo(Identity.of("mirror").with("source", "/srv").with("mount", "/mnt"));
    }

    @Test
    void partsDoNotRunIntoEachOther() {
        Identity one = Identity.of("mirror").with("source", "/a b=/c");
        Identity other = Identity.of("mirror").with("source", "/a").with("b", "/c");

        assertThat(one).hasToString(other.toString()).isNotEqualTo(other);
    }

    @Test
    void partsThatDifferInOneByteAreNotEqual() {
        assertThat(identity().with("name", Bytes.of(new byte[] {(byte) 0xff})))
                .isNotEqualTo(identity().with("name", Bytes.of(new byte[] {(byte) 0xfe})));
    }

    @Test
    void aPathIsWhereItReallyIs() throws IOException {
        Path real = Files.createDirectory(directory.resolve("real"));
        Path link = Files.createSymbolicLink(directory.resolve("link"), real);
        Identity expected = Identity.of("x").with("at", real);

        assertThat(Identity.of("x").with("at", link)).isEqualTo(expected);
        assertThat(Identity.of("x").with("at", link.resolve("../real/."))).isEqualTo(expected);
        assertThat(Identity.of("x").with("at", Path.of("").toAbsolutePath().relativize(real)))
                .isEqualTo(expected);
    }

    @Test
    void ofAPathThatIsNotThereTheTextCounts() {
        assertThat(Identity.of("x").with("at", Path.of("/absent/../gone"))).hasToString("x at=/gone");
    }

    @Test
    void whatCannotBeToldApartIsRefused() {
        assertThatThrownBy(() -> Identity.of("")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> identity().with("", "x")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> identity().with("a=b", "x")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> identity().with("a", "x\0y")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> identity().with("mount", "/other"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("mount");
        assertThatThrownBy(() -> identity().with("long", "x".repeat(20_000)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("bytes");
    }
}
