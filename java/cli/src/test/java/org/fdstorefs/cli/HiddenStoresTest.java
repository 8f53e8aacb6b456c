// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.Map;
import org.fdstorefs.internal.MountInfo;
import org.junit.jupiter.api.Test;

class HiddenStoresTest {
    private static final MountInfo STORE = mount(30, "0:50", "/run/fdstore", "fdstorefs");
    private static final MountInfo SECOND = mount(31, "0:51", "/run/fdstore", "fdstorefs");
    private static final MountInfo RUN = mount(32, "0:22", "/run", "tmpfs");

    @Test
    void aStoreThatIsSeenIsNotHidden() {
        assertThat(findings(Map.of("/run/fdstore", 30L), STORE)).isEmpty();
    }

    @Test
    void aStoreUnderAnotherIsHidden() {
        List<Finding> findings = findings(Map.of("/run/fdstore", 31L), STORE, SECOND);

        assertThat(findings).hasSize(1);
        assertThat(findings.get(0).detail())
                .isEqualTo("store 0:50 at /run/fdstore is hidden: another store was mounted over it");
        assertThat(findings.get(0).remedy().orElseThrow())
                .startsWith("as root: umount /run/fdstore, ")
                .contains("--if-absent");
    }

    @Test
    void aStoreUnderADirectoryThatWasMountedOverIsHidden() {
        assertThat(findings(Map.of(), STORE)).hasSize(1);
        List<Finding> findings = findings(Map.of("/run/fdstore", 32L), STORE, RUN);
        assertThat(findings.get(0).detail()).endsWith("a tmpfs was mounted over it");
        assertThat(findings.get(0).remedy().orElseThrow()).startsWith("as root: umount /run, ");
    }

    @Test
    void aStoreThatIsSeenElsewhereIsNotHidden() {
        MountInfo elsewhere = mount(33, "0:50", "/mnt", "fdstorefs");

        assertThat(findings(Map.of("/run/fdstore", 32L, "/mnt", 33L), STORE, RUN, elsewhere))
                .isEmpty();
    }

    @Test
    void whatMayNotBeLookedAtIsNotReported() {
        assertThat(new HiddenStores(List.of(STORE), path -> {
                            throw new AccessDeniedException(path);
                        })
                        .findings())
                .isEmpty();
    }

    private static MountInfo mount(long id, String device, String place, String type) {
        return new MountInfo(id, device, place, type, "none", List.of("rw"));
    }

    private static List<Finding> findings(Map<String, Long> seen, MountInfo... mounts) {
        return new HiddenStores(List.of(mounts), path -> at(seen, path)).findings();
    }

    private static long at(Map<String, Long> seen, String path) throws FileSystemException {
        if (!seen.containsKey(path)) {
            throw new NoSuchFileException(path);
        }
        return seen.get(path);
    }
}
