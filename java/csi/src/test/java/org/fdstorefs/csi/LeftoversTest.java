// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.csi;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LeftoversTest {
    private static final String SOURCE = "fdstorefs.org/csi-1";
    private static final String NOTES = "{\"driverName\":\"fdstorefs.org\",\"volumeHandle\":\"%s\"}";

    @TempDir
    Path directory;

    private final FakeMounter mounter = new FakeMounter();
    private Path kubelet;
    private Path target;

    @BeforeEach
    void makeDirectories() throws IOException {
        kubelet = directory.toRealPath();
        target = Files.createDirectories(kubelet.resolve("pods/1-2/volumes/kubernetes.io~csi/fds/mount"));
    }

    private void look() throws IOException {
        Volumes volumes = new Volumes(mounter, new Locks(Duration.ZERO), Logs.none());
        new Leftovers(mounter, volumes, kubelet, Logs.none()).end();
    }

    private void write(String notes) throws IOException {
        Files.writeString(target.resolveSibling("vol_data.json"), notes);
    }

    @Test
    void theStoreOfAPodThatIsGoneEnds() throws Exception {
        mounter.add(target, "fdstorefs", SOURCE);

        look();

        assertThat(mounter.mounts()).isEmpty();
        assertThat(mounter.drained()).hasSize(1);
        assertThat(target).doesNotExist();
    }

    @Test
    void whatTheKubeletStillKnowsStays() throws Exception {
        mounter.add(target, "fdstorefs", SOURCE);
        write(NOTES.formatted("csi-1"));

        look();

        assertThat(mounter.sources(target)).containsExactly(SOURCE);
    }

    @Test
    void whatTheKubeletKnowsUnderAnotherNameStays() throws Exception {
        mounter.add(target, "fdstorefs", SOURCE);
        write(NOTES.formatted("csi-2"));

        look();

        assertThat(mounter.drained()).isEmpty();
    }

    @Test
    void whatTheKubeletHasNotWrittenToItsEndStays() throws Exception {
        mounter.add(target, "fdstorefs", SOURCE);
        write("{\"driver");

        look();

        assertThat(mounter.drained()).isEmpty();
    }

    @Test
    void nothingElseIsTouched() throws Exception {
        mounter.add(target, "tmpfs", SOURCE);
        mounter.add(target.resolveSibling("else"), "fdstorefs", SOURCE);
        mounter.add(Path.of("/run/fdstore"), "fdstorefs", SOURCE);
        mounter.add(target, "fdstorefs", "fdstore");
        mounter.add(Path.of("/elsewhere" + target), "fdstorefs", SOURCE);
        List<?> before = mounter.mounts();

        look();

        assertThat(mounter.mounts()).isEqualTo(before);
        assertThat(mounter.drained()).isEmpty();
    }

    @Test
    void whatIsHiddenBySomethingElseStays() throws Exception {
        mounter.add(target, "fdstorefs", SOURCE);
        mounter.add(target, "tmpfs", "tmp");

        look();

        assertThat(mounter.sources(target)).containsExactly(SOURCE, "tmp");
    }
}
