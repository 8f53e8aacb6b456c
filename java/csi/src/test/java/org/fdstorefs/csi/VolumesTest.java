// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.csi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.Status.Code;
import io.grpc.StatusException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.fdstorefs.Errno;
import org.fdstorefs.internal.SysErrors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VolumesTest {
    private static final VolumeId ID = new VolumeId("csi-1");
    private static final Pod POD = new Pod("default", "web");
    private static final StoreOptions OPTIONS =
            new StoreOptions(01777, Optional.empty(), Optional.empty(), 64, Optional.empty(), false, Optional.empty());

    @TempDir
    Path directory;

    private final FakeMounter mounter = new FakeMounter();
    private Path target;

    @BeforeEach
    void chooseTarget() throws IOException {
        target = directory.toRealPath().resolve("mount");
    }

    /** As after a restart: nothing is known but what the table of mounts says. */
    private Volumes volumes() {
        return new Volumes(mounter, new Locks(Duration.ZERO), Logs.none());
    }

    private void publish() throws StatusException, IOException {
        volumes().publish(ID, target, OPTIONS, POD);
    }

    private void unpublish() throws StatusException, IOException {
        volumes().unpublish(ID, target);
    }

    @Test
    void aStoreIsMountedOnADirectoryThatIsMade() throws Exception {
        publish();

        assertThat(target).isDirectory();
        assertThat(mounter.sources(target)).containsExactly("fdstorefs.org/csi-1");
    }

    @Test
    void whatHasBeenMountedIsNotMountedAgainThoughTheDriverWasKilledBeforeItSaidSo() throws Exception {
        publish();
        publish();
        publish();

        assertThat(mounter.sources(target)).hasSize(1);
    }

    @Test
    void aDirectoryThatTheDriverMadeBeforeItWasKilledIsUsed() throws Exception {
        Files.createDirectory(target);

        publish();

        assertThat(mounter.sources(target)).hasSize(1);
    }

    @Test
    void nothingIsMountedOverSomethingElse() {
        mounter.add(target, "tmpfs", "tmp");

        assertRefused(Code.ALREADY_EXISTS, this::publish, "a file system of type tmpfs (tmp)");
        assertThat(mounter.sources(target)).containsExactly("tmp");
    }

    @Test
    void nothingIsMountedOverTheStoreOfAnotherVolume() {
        mounter.add(target, "fdstorefs", "fdstorefs.org/csi-2");

        assertRefused(Code.ALREADY_EXISTS, this::publish, "the store fdstorefs.org/csi-2");
    }

    @Test
    void aVolumeHasOneStoreAtOnePlace() throws Exception {
        publish();
        Path other = target.resolveSibling("other");

        assertRefused(
                Code.FAILED_PRECONDITION, () -> volumes().publish(ID, other, OPTIONS, POD), "published at " + target);
        assertThat(other).doesNotExist();
    }

    @Test
    void aFileInPlaceOfTheDirectoryIsRefused() throws Exception {
        Files.createFile(target);

        assertRefused(Code.FAILED_PRECONDITION, this::publish, "no directory");
    }

    @Test
    void withoutTheModuleItSaysWhatToDoAndLeavesNoDirectory() {
        mounter.failToMount(SysErrors.exception(-Errno.ENODEV.number(), "fsopen", target.toString()));

        assertRefused(Code.FAILED_PRECONDITION, this::publish, "modprobe fdstorefs");
        assertThat(target).doesNotExist();
    }

    @Test
    void aFailureOfTheKernelIsPassedOnWithItsErrno() {
        mounter.failToMount(SysErrors.exception(-Errno.ENOMEM.number(), "fsmount", target.toString()));

        assertThatThrownBy(this::publish).isInstanceOf(IOException.class).hasMessageContaining("ENOMEM from fsmount");
    }

    @Test
    void aStoreIsDrainedUnmountedAndItsDirectoryRemoved() throws Exception {
        publish();
        String device = mounter.mounts().get(0).device();

        unpublish();

        assertThat(mounter.drained()).containsExactly(device);
        assertThat(mounter.sources(target)).isEmpty();
        assertThat(target).doesNotExist();
    }

    @Test
    void whatHasBeenUnpublishedCanBeUnpublishedAgain() throws Exception {
        publish();
        unpublish();
        unpublish();

        assertThat(target).doesNotExist();
    }

    @Test
    void aVolumeThatWasNeverThereCanBeUnpublished() throws Exception {
        unpublish();

        assertThat(target).doesNotExist();
    }

    @Test
    void aDirectoryWithoutAStoreIsRemoved() throws Exception {
        Files.createDirectory(target);

        unpublish();

        assertThat(target).doesNotExist();
    }

    @Test
    void aStoreThatCannotBeDrainedIsUnmountedAllTheSame() throws Exception {
        publish();
        mounter.failToDrain(new IOException("no sysfs"));

        unpublish();

        assertThat(mounter.sources(target)).isEmpty();
    }

    @Test
    void storesThatAnEarlierDriverStackedAllEnd() throws Exception {
        publish();
        mounter.add(target, "fdstorefs", ID.source());

        unpublish();

        assertThat(mounter.drained()).hasSize(2);
        assertThat(mounter.sources(target)).isEmpty();
    }

    @Test
    void whatSomebodyElseMountedIsNotUnmounted() throws Exception {
        publish();
        mounter.add(target, "tmpfs", "tmp");

        assertRefused(Code.FAILED_PRECONDITION, this::unpublish, "whoever mounted that");
        assertThat(mounter.drained()).isEmpty();
        assertThat(mounter.sources(target)).hasSize(2);
    }

    @Test
    void theStoreOfAnotherVolumeIsNotUnmounted() {
        mounter.add(target, "fdstorefs", "fdstorefs.org/csi-2");

        assertRefused(Code.FAILED_PRECONDITION, this::unpublish, "not volume csi-1");
        assertThat(mounter.drained()).isEmpty();
    }

    @Test
    void filesBelowAStoreAreNotRemoved() throws Exception {
        Files.createDirectory(target);
        Files.createFile(target.resolve("precious"));

        assertRefused(Code.FAILED_PRECONDITION, this::unpublish, "remove them");
        assertThat(target.resolve("precious")).exists();
    }

    @Test
    void theUseOfAStoreIsThatOfItsOwnVolumeAlone() throws Exception {
        publish();

        assertThat(volumes().usage(ID, target)).contains(new Usage(64, 61));
        assertThat(volumes().usage(new VolumeId("csi-2"), target)).isEmpty();
        assertThat(volumes().usage(ID, target.resolveSibling("other"))).isEmpty();
    }

    private static void assertRefused(Code code, ThrowingCallable call, String reason) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        StatusException.class,
                        e -> assertThat(e.getStatus().getCode()).isEqualTo(code))
                .hasMessageContaining(reason);
    }
}
