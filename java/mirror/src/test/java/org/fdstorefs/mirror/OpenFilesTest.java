// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.mirror;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.fdstorefs.Errno;
import org.fdstorefs.fuse.Bytes;
import org.fdstorefs.fuse.FuseException;
import org.fdstorefs.fuse.Request;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of the error of a close that nobody waits for. */
class OpenFilesTest {
    private static final int MORE_THAN_ARE_KEPT_OPEN = 70;

    @TempDir
    Path source;

    private HostFilesProxy host;
    private Mirror mirror;
    private long written;
    private final List<Long> others = new ArrayList<>();

    @BeforeEach
    void open() throws IOException, FuseException {
        try (Mirror maker = new Mirror(source)) {
            written = maker.create(1, "written", 0600).nodeId();
            for (int i = 0; i < MORE_THAN_ARE_KEPT_OPEN; i++) {
                others.add(maker.create(1, "other-" + i, 0600).nodeId());
            }
            host = new HostFilesProxy(source.toString());
            mirror = new Mirror(maker, host.files());
        }
        mirror.write(written, 0, "data");
        host.fail("close");
    }

    @AfterEach
    void close() throws FuseException {
        try {
            mirror.close();
        } catch (FuseException e) {
            // of those files that nobody asked about
        }
    }

    private void openOthers() throws FuseException {
        for (long other : others) {
            mirror.read(other, 0, 10);
        }
    }

    private Request about(long nodeId) {
        return mirror.about(nodeId).first();
    }

    @Test
    void whoOpensAnotherFileDoesNotGetIt() throws FuseException {
        openOthers();

        assertThat(host.calls("close")).isNotEmpty();
    }

    @Test
    void theNextFlushOfThatFileTellsItOnce() throws FuseException {
        openOthers();

        assertThat(mirror.errno(() -> mirror.files().flush(about(written), 0))).isEqualTo(Errno.ENOSPC);
        mirror.files().flush(about(written), 0);
    }

    @Test
    void orItsNextSync() throws FuseException {
        openOthers();

        assertThat(mirror.errno(() -> mirror.files().sync(about(written), 0, false)))
                .isEqualTo(Errno.ENOSPC);
        mirror.files().sync(about(written), 0, false);
    }

    @Test
    void aForgottenFileIsLetGoOfAllTheSame() throws FuseException {
        mirror.files().unlink(about(1), Bytes.of("written"));

        assertThatThrownBy(() -> mirror.forget(written)).isInstanceOf(FuseException.class);

        assertThat(source.resolve(".fdstorefs-removed")).isEmptyDirectory();
    }
}
