// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.guard.backend;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** What is read of a mount; that mounts are caught shows in {@link BackendProcessTest}. */
class MountCatcherTest {
    @Test
    void fuseFileSystemsAreTold() {
        assertThat(List.of("fuse", "fuseblk", "fuse.sshfs", "fuseblk.ntfs")).allMatch(MountCatcher::isFuse);
        assertThat(List.of("fusectl", "ext4", "tmpfs", "")).noneMatch(MountCatcher::isFuse);
    }

    @Test
    void theDescriptorIsAmongTheOptions() {
        assertThat(MountCatcher.fd("fd=3,rootmode=40000")).hasValue(3);
        assertThat(MountCatcher.fd("allow_other,fd=15")).hasValue(15);
    }

    @Test
    void whatIsNoDescriptorIsNone() {
        assertThat(List.of("", "rootmode=40000", "fd=", "fd=-1", "fd=99999999999", "xfd=3"))
                .allSatisfy(data -> assertThat(MountCatcher.fd(data)).isEmpty());
    }
}
