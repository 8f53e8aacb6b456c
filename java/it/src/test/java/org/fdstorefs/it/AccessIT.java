// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import org.fdstorefs.Errno;
import org.fdstorefs.Fd;
import org.fdstorefs.FdStore;
import org.fdstorefs.OpenFlag;
import org.fdstorefs.StoredFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * How the library opens an entry that must be open for all that the stored file can do. Root may open everything, so
 * a read-only mount stands for the permission that is missing; {@link CliIT} has another user. What the kernel wants is
 * tested by kernel-module/tests/access/matrix.c.
 */
class AccessIT {
    private static final Path NULL = Path.of("/dev/null");

    @RegisterExtension
    final MountedStore mounted = new MountedStore();

    private FdStore store() {
        return mounted.store();
    }

    @Test
    void aReadOnlyMountGivesWhatCanOnlyBeRead() throws IOException {
        put("x", OpenFlag.READ);
        mounted.makeReadOnly();

        store().get("x").close();
    }

    @Test
    void aReadOnlyMountDoesNotGiveWhatCanBeWritten() throws IOException {
        put("x", OpenFlag.READ, OpenFlag.WRITE);
        mounted.makeReadOnly();

        assertThatThrownBy(() -> store().get("x"))
                .isInstanceOf(AccessDeniedException.class)
                .satisfies(e -> assertThat(Errno.of(e)).contains(Errno.EACCES));
    }

    @Test
    void aReadOnlyMountIsNotPutInto() throws IOException {
        mounted.makeReadOnly();

        try (Fd file = Fd.open(NULL)) {
            assertThatThrownBy(() -> store().put("x", file)).hasMessageContaining("EROFS");
        }
    }

    @Test
    void nothingIsTakenFromAReadOnlyMount() throws IOException {
        put("x", OpenFlag.READ);
        mounted.makeReadOnly();

        assertThatThrownBy(() -> store().take("x")).hasMessageContaining("EROFS");
    }

    @Test
    void whatIsAPlaceOnlyNeedsReading() throws IOException {
        put("x", OpenFlag.PATH);
        mounted.makeReadOnly();

        assertThat(store().info("x").stored().map(StoredFile::access)).contains(StoredFile.Access.PATH);
        store().get("x").close();
    }

    private void put(String name, OpenFlag... flags) throws IOException {
        try (Fd file = Fd.open(NULL, flags)) {
            store().put(name, file);
        }
    }
}
