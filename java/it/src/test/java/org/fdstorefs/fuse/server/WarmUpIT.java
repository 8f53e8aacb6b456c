// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.fuse.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.fdstorefs.mirror.MirrorFileSystem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class WarmUpIT {
    @RegisterExtension
    final MountPoint mount = new MountPoint(); // for /dev/fuse

    @TempDir
    Path scratch;

    @Test
    void warmingUpMountsWhereNobodySeesItAndLeavesNothing() throws Exception {
        String before = Files.readString(Path.of("/proc/self/mounts"));

        try (MirrorFileSystem files = new MirrorFileSystem(scratch)) {
            FuseSession.warmUp(files);
        }

        assertThat(scratch).isEmptyDirectory();
        assertThat(Files.readString(Path.of("/proc/self/mounts"))).isEqualTo(before);
    }
}
