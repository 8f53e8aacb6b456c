// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.csi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.Status.Code;
import io.grpc.StatusException;
import java.util.Arrays;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.fdstorefs.csi.messages.VolumeCapability;
import org.fdstorefs.csi.messages.VolumeCapability.AccessMode;
import org.fdstorefs.csi.messages.VolumeCapability.AccessMode.Mode;
import org.fdstorefs.csi.messages.VolumeCapability.BlockVolume;
import org.fdstorefs.csi.messages.VolumeCapability.MountVolume;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StoreOptionsTest {
    private static final long BOUND = 1000;

    private static VolumeCapability wanted(MountVolume mount) {
        return VolumeCapability.newBuilder()
                .setMount(mount)
                .setAccessMode(AccessMode.newBuilder().setMode(Mode.SINGLE_NODE_WRITER))
                .build();
    }

    private static StoreOptions of(Map<String, String> context) throws StatusException {
        return of(MountVolume.getDefaultInstance(), context);
    }

    private static StoreOptions of(MountVolume mount, Map<String, String> context) throws StatusException {
        return StoreOptions.of(wanted(mount), false, new Attributes(context), BOUND);
    }

    private static String options(StoreOptions options) {
        return Arrays.toString(options.mountOptions("name"));
    }

    @Test
    void aPodThatSaysNothingGetsWhatEverybodyCanUseAndNeverEndsWithTheDriver() throws Exception {
        assertThat(options(of(Map.of()))).isEqualTo("[source=name, mode=1777, max=1000, noanchor]");
    }

    @Test
    void whatAPodSaysIsTaken() throws Exception {
        assertThat(options(of(Map.of("mode", "0750", "max", "64", "maxuser", "9", "uid", "1000", "gid", "4294967294"))))
                .isEqualTo("[source=name, mode=750, uid=1000, gid=4294967294, max=64, maxuser=9, noanchor]");
    }

    @Test
    void whatTheKubeletSaysAboutThePodIsNoAttribute() throws Exception {
        assertThat(of(Map.of("csi.storage.k8s.io/pod.name", "web", "csi.storage.k8s.io/ephemeral", "true")))
                .isEqualTo(of(Map.of()));
    }

    @Test
    void anFsGroupOwnsTheStore() throws Exception {
        MountVolume mount = MountVolume.newBuilder().setVolumeMountGroup("2000").build();

        assertThat(options(of(mount, Map.of()))).contains("mode=2770", "gid=2000");
    }

    @Test
    void whatThePodSaysItselfGoesBeforeItsFsGroup() throws Exception {
        MountVolume mount = MountVolume.newBuilder().setVolumeMountGroup("2000").build();

        assertThat(options(of(mount, Map.of("gid", "7", "mode", "700")))).contains("mode=700", "gid=7");
    }

    @ParameterizedTest
    @ValueSource(strings = {"context=u:r:t:s0:c1,c2", "context=\"u:r:t:s0:c1,c2\""})
    void aLabelIsPassedOn(String flag) throws Exception {
        MountVolume mount = MountVolume.newBuilder().addMountFlags(flag).build();

        assertThat(options(of(mount, Map.of()))).endsWith(", context=u:r:t:s0:c1,c2]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"noexec", "context=", "context=\"a", "context=a b", "CONTEXT=a"})
    void anyOtherMountOptionIsRefused(String flag) {
        MountVolume mount = MountVolume.newBuilder().addMountFlags(flag).build();

        assertInvalid(() -> of(mount, Map.of()), "mount option " + flag);
    }

    @Test
    void aStoreCanBeReadOnly() throws Exception {
        StoreOptions options =
                StoreOptions.of(wanted(MountVolume.getDefaultInstance()), true, new Attributes(Map.of()), BOUND);

        assertThat(options(options)).endsWith(", ro]");
    }

    @ParameterizedTest
    @CsvSource({
        "max, 0", "max, 1001", "max, -1", "max, many", "max, 99999999999", "max, ''", "maxuser, 0",
        "maxuser, 4294967296", "mode, 8", "mode, 10000", "mode, rwx", "uid, root", "uid, 4294967295", "gid, -1",
    })
    void aValueThatIsWrongIsRefusedWithItsName(String name, String value) {
        assertInvalid(() -> of(Map.of(name, value)), "attribute " + name + ": give");
    }

    @Test
    void theBoundOfTheAdministratorIsTold() {
        assertInvalid(() -> of(Map.of("max", "4096")), "1 to 1000, as much as the administrator of this node allows");
    }

    @Test
    void anAttributeThatIsNotKnownIsRefusedWithItsName() {
        assertInvalid(() -> of(Map.of("maxx", "1")), "attribute maxx: there are mode, max, maxuser, uid and gid");
    }

    @Test
    void aPersistentVolumeIsRefused() {
        assertInvalid(() -> of(Map.of("csi.storage.k8s.io/ephemeral", "false")), "persistent volumes");
    }

    @Test
    void aBlockDeviceIsRefused() {
        VolumeCapability block = VolumeCapability.newBuilder()
                .setBlock(BlockVolume.getDefaultInstance())
                .setAccessMode(AccessMode.newBuilder().setMode(Mode.SINGLE_NODE_WRITER))
                .build();

        assertInvalid(() -> StoreOptions.of(block, false, new Attributes(Map.of()), BOUND), "no block device");
    }

    @Test
    void anotherFileSystemIsRefused() {
        MountVolume mount = MountVolume.newBuilder().setFsType("ext4").build();

        assertInvalid(() -> of(mount, Map.of()), "fsType ext4: leave it out");
    }

    @Test
    void anFsGroupThatIsNoNumberIsRefused() {
        MountVolume mount =
                MountVolume.newBuilder().setVolumeMountGroup("wheel").build();

        assertInvalid(() -> of(mount, Map.of()), "fsGroup");
    }

    @Test
    void severalNodesAreRefused() {
        VolumeCapability many = wanted(MountVolume.getDefaultInstance()).toBuilder()
                .setAccessMode(AccessMode.newBuilder().setMode(Mode.MULTI_NODE_MULTI_WRITER))
                .build();

        assertInvalid(() -> StoreOptions.of(many, false, new Attributes(Map.of()), BOUND), "MULTI_NODE_MULTI_WRITER");
    }

    private static void assertInvalid(ThrowingCallable call, String reason) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        StatusException.class,
                        e -> assertThat(e.getStatus().getCode()).isEqualTo(Code.INVALID_ARGUMENT))
                .hasMessageContaining(reason);
    }
}
