// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.TreeSet;
import org.fdstorefs.internal.Linux;
import org.fdstorefs.internal.MountSys;
import org.fdstorefs.internal.Uapi;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MountsTest {
    private static final int CONTEXT = 1000;
    private static final int ROOT = 1001;

    @TempDir
    Path directory;

    private final List<String> calls = new ArrayList<>();
    private final Queue<String> log = new ArrayDeque<>();
    private final TreeSet<Integer> open = new TreeSet<>();
    private long fileSystemType = Uapi.SUPER_MAGIC;
    private String failing = "";
    private Errno failure;

    private final Mounts mounts = new Mounts(
            new UnusedSys() {
                @Override
                public long read(int fd, byte[] buffer, long count) {
                    assertThat(fd).isEqualTo(CONTEXT);
                    if (log.isEmpty()) {
                        return -Errno.ENODATA.number();
                    }
                    byte[] message = log.remove().getBytes(US_ASCII);
                    System.arraycopy(message, 0, buffer, 0, message.length);
                    return message.length;
                }

                @Override
                public int close(int fd) {
                    return open.remove(fd) ? 0 : -Errno.EBADF.number();
                }

                @Override
                public long fileSystemType(int fd) {
                    return fileSystemType;
                }
            },
            new MountSys() {
                private int call(String call, int result) {
                    calls.add(call);
                    if (call.equals(failing)) {
                        return -failure.number();
                    }
                    if (result > 0) {
                        open.add(result);
                    }
                    return result;
                }

                @Override
                public int mount(byte[] source, byte[] target, byte[] type, long flags, byte[] data) {
                    throw new AssertionError("the old way");
                }

                @Override
                public int umount(byte[] target, int flags) {
                    return call("umount " + flags, 0);
                }

                @Override
                public int fsopen(byte[] type, int flags) {
                    return call("fsopen " + new String(type, US_ASCII), CONTEXT);
                }

                @Override
                public int fsconfig(int fd, int command, byte[] key, byte[] value, int aux) {
                    String what = key == null ? "create" : new String(key, US_ASCII);
                    String argument = value == null ? "" : "=" + new String(value, US_ASCII);
                    return call("fsconfig " + command + " " + what + argument + (aux == 0 ? "" : " fd " + aux), 0);
                }

                @Override
                public int fsmount(int fd, int flags, int attributes) {
                    return call("fsmount", ROOT);
                }

                @Override
                public int moveMount(int fromDirFd, byte[] fromPath, int toDirFd, byte[] toPath, int flags) {
                    assertThat(flags).isEqualTo(Linux.MOVE_MOUNT_F_EMPTY_PATH | Linux.MOVE_MOUNT_T_EMPTY_PATH);
                    return call("move_mount " + fromDirFd, 0);
                }
            });

    @AfterEach
    void everyDescriptorIsClosed() {
        assertThat(open).isEmpty();
    }

    private void fail(String call, Errno errno) {
        failing = call;
        failure = errno;
    }

    @Test
    void aStoreIsMadeThenMountedAndItsRootIsTheResult() throws IOException {
        try (Fd root = mounts.mount(directory)) {
            assertThat(root.intValue()).isEqualTo(ROOT);
        }

        assertThat(calls)
                .containsExactly(
                        "fsopen fdstorefs",
                        "fsconfig 1 source=fdstore",
                        "fsconfig 6 create",
                        "fsmount",
                        "move_mount " + ROOT);
    }

    @Test
    void optionsAreToldToTheKernel() throws IOException {
        try (Pipe anchor = Pipe.open();
                Fd root = mounts.mount(
                        directory,
                        MountOption.mode(0750),
                        MountOption.uid(-2),
                        MountOption.gid(7),
                        MountOption.max(4294967295L),
                        MountOption.noAnchor(),
                        MountOption.readOnly(),
                        MountOption.context("u:r:t:s0:c1,c2"),
                        MountOption.anchor(anchor.reader()),
                        MountOption.source("mine"))) {
            assertThat(root.isOpen()).isTrue();
            assertThat(calls)
                    .containsSubsequence(
                            "fsconfig 1 source=mine",
                            "fsconfig 1 mode=750",
                            "fsconfig 1 uid=4294967294",
                            "fsconfig 1 gid=7",
                            "fsconfig 1 max=4294967295",
                            "fsconfig 0 noanchor",
                            "fsconfig 0 ro",
                            "fsconfig 1 context=u:r:t:s0:c1,c2",
                            "fsconfig 5 anchor fd " + anchor.reader().intValue(),
                            "fsconfig 6 create");
        }
    }

    @Test
    void ofTwoOptionsTheLaterCounts() throws IOException {
        mounts.mount(directory, MountOption.max(1), MountOption.max(2)).close();

        assertThat(calls).contains("fsconfig 1 max=2").doesNotContain("fsconfig 1 max=1");
    }

    @Test
    void withoutTheModuleItSaysHowToLoadIt() {
        fail("fsopen fdstorefs", Errno.ENODEV);

        assertThatThrownBy(() -> mounts.mount(directory))
                .isInstanceOf(FdStoreException.class)
                .hasMessage(directory + ": the module is not loaded (modprobe fdstorefs) (ENODEV from fsopen)");
    }

    @Test
    void withoutTheRightItSaysWhatIsNeeded() {
        fail("fsopen fdstorefs", Errno.EPERM);

        assertThatThrownBy(() -> mounts.mount(directory))
                .isInstanceOf(AccessDeniedException.class)
                .hasMessageContaining("CAP_SYS_ADMIN in the user namespace of the mount namespace");
    }

    @Test
    void whatTheContextLoggedIsTheReason() {
        fail("fsconfig 1 max=7", Errno.EINVAL);
        log.add("w fdstorefs: only a warning\n");
        log.add("e fdstorefs: max=7: no\n");
        log.add("e fdstorefs: really\n");

        assertThatThrownBy(() -> mounts.mount(directory, MountOption.max(7)))
                .hasMessage(directory + ": max=7: no; really (EINVAL from fsconfig max=7)");
    }

    @Test
    void aStoreThatCannotBeMadeOrMountedIsLetGo() {
        for (String call : List.of("fsconfig 6 create", "fsmount", "move_mount " + ROOT)) {
            fail(call, Errno.EBUSY);

            assertThatThrownBy(() -> mounts.mount(directory)).hasMessageContaining("EBUSY");
            assertThat(open).isEmpty();
        }
    }

    @Test
    void whereThereIsNoDirectoryNothingIsMade() {
        assertThatThrownBy(() -> mounts.mount(directory.resolve("missing"))).isInstanceOf(NoSuchFileException.class);
        assertThatThrownBy(() -> mounts.mount(Path.of("/proc/self/status"))).isInstanceOf(NotDirectoryException.class);
        assertThat(calls).isEmpty();
    }

    @Test
    void aStoreIsUnmountedAsAsked() throws IOException {
        mounts.unmount(directory);
        mounts.unmount(directory, UnmountOption.FORCE);
        mounts.unmount(directory, UnmountOption.LAZY, UnmountOption.FORCE);

        assertThat(calls).containsExactly("umount 8", "umount 9", "umount 11");
    }

    @Test
    void nothingElseIsUnmounted() {
        fileSystemType = 1;

        assertThatThrownBy(() -> mounts.unmount(directory)).isInstanceOf(NotAStoreException.class);
        assertThat(calls).isEmpty();
    }

    @Test
    void aStoreInUseSaysWhatToDo() {
        fail("umount 8", Errno.EBUSY);

        assertThatThrownBy(() -> mounts.unmount(directory)).hasMessageContaining("or unmount it lazily");
    }

    @Test
    void aDirectoryWithinAStoreIsNotMounted() {
        fail("umount 8", Errno.EINVAL);

        assertThatThrownBy(() -> mounts.unmount(directory)).hasMessageContaining("not where one is mounted");
    }

    @Test
    void optionsThatMakeNoSenseAreRefused() {
        assertThatThrownBy(() -> MountOption.mode(010000)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> MountOption.mode(-1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> MountOption.max(0)).hasMessage("max 0: give 1 to 4294967295");
        assertThatThrownBy(() -> MountOption.max(1L << 32)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> MountOption.source("")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> MountOption.source("a\0b")).isInstanceOf(IllegalArgumentException.class);
    }
}
