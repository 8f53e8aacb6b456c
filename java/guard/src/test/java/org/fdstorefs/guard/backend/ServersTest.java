// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.guard.backend;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ServersTest {
    private static Server of(String command) {
        return Servers.of(Command.of(command.split(" ")));
    }

    @ParameterizedTest
    @CsvSource({
        "sshfs, DESCRIPTOR, true, SUPPORTED",
        "bindfs, MOUNT, false, SUPPORTED",
        "mergerfs, MOUNT, false, SUPPORTED",
        "unionfs-fuse, MOUNT, false, SUPPORTED",
        "unionfs, MOUNT, false, SUPPORTED",
        "fuse-overlayfs, DESCRIPTOR, false, SUPPORTED",
        "squashfuse, DESCRIPTOR, false, SUPPORTED",
        "squashfuse_ll, DESCRIPTOR, false, SUPPORTED",
        "lxcfs, MOUNT, false, SUPPORTED",
        "gocryptfs, DESCRIPTOR, true, BEST_EFFORT",
        "ntfs-3g, MOUNT, true, BEST_EFFORT",
        "something-else, MOUNT, true, UNKNOWN"
    })
    void theyAreKnownByTheirNames(String name, Way way, boolean writeLog, Support support) {
        Server server = of("/usr/bin/" + name + " -f x {}");

        assertThat(server.name()).isEqualTo(name);
        assertThat(server.way()).isEqualTo(way);
        assertThat(server.writeLog()).isEqualTo(writeLog);
        assertThat(server.support()).isEqualTo(support);
        assertThat(server.note()).isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"mount.fuse.sshfs", "mount.fuse3.sshfs", "mount.sshfs", "sshfs-3.7.3", "sshfs3", "sshfs_3"})
    void theyAreKnownWithWhatDistributionsPutAroundTheirNames(String name) {
        assertThat(of(name + " host: {}").name()).isEqualTo("sshfs");
    }

    @Test
    void theyAreKnownWhenMountFuseStartsThem() {
        assertThat(of("/sbin/mount.fuse3 sshfs#host:/data {}").name()).isEqualTo("sshfs");
        assertThat(of("mount.fuse /usr/bin/bindfs#/data {}").name()).isEqualTo("bindfs");
        assertThat(of("mount.fuse3 x {}").support()).isEqualTo(Support.UNKNOWN);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ntfs-3g", "lowntfs-3g", "mount.ntfs-3g", "mount.ntfs"})
    void aNumberMayBeThePartOfAName(String name) {
        assertThat(of(name + " /dev/x {}").support()).isEqualTo(Support.BEST_EFFORT);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "rclone mount --read-only r: {}",
                "rclone mount --read-only=true r: {}",
                "rclone mount --vfs-cache-mode full --read-only r: {}"
            })
    void rcloneThatOnlyReadsIsSupported(String command) {
        assertThat(of(command).support()).isEqualTo(Support.SUPPORTED);
        assertThat(of(command).writeLog()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "rclone mount --vfs-cache-mode full r: {}",
                "rclone mount --vfs-cache-mode=writes r: {}",
                "rclone mount --vfs-cache-mode minimal r: {}",
                "rclone mount --vfs-cache-mode off --vfs-cache-mode full r: {}",
                "rclone mount --read-only=false --vfs-cache-mode full r: {}"
            })
    void rcloneThatKeepsWritesIsRefused(String command) {
        assertThat(of(command).support()).isEqualTo(Support.REFUSED);
        assertThat(of(command).note()).contains("--read-only");
    }

    @Test
    void rcloneThatWritesAtOnceIsBestEffort() {
        assertThat(of("rclone mount r: {}").support()).isEqualTo(Support.BEST_EFFORT);
    }
}
