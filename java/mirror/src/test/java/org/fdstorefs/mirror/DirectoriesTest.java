// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.mirror;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.fdstorefs.fuse.FuseException;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which listings are kept. */
class DirectoriesTest {
    private static final int KEPT = 16;
    private static final int A_PART = 100;

    @TempDir
    Path source;

    private HostFilesProxy host;

    @AutoClose
    private Mirror mirror;

    private final List<Long> directories = new ArrayList<>();

    @BeforeEach
    void open() throws IOException, FuseException {
        try (Mirror maker = new Mirror(source)) {
            for (int i = 0; i <= KEPT; i++) {
                long directory = maker.makeDirectory(1, "d" + i, 0700).nodeId();
                directories.add(directory);
                for (int file = 0; file < 10; file++) {
                    maker.create(directory, "file-" + file, 0600);
                }
            }
            host = new HostFilesProxy(source.toString());
            mirror = new Mirror(maker, host.files());
        }
    }

    private int listings() {
        return host.calls("list").size();
    }

    @Test
    void oneTooManyPushesOutTheOneThatWasUsedLeastRecently() throws FuseException {
        List<Long> next = new ArrayList<>();
        for (long directory : directories.subList(0, KEPT)) {
            next.add(mirror.list(directory, 0, A_PART).next());
        }
        mirror.list(directories.get(0), next.get(0), A_PART);
        mirror.list(directories.get(KEPT), 0, A_PART);
        int before = listings();

        for (int i = 2; i < KEPT; i++) {
            mirror.list(directories.get(i), next.get(i), A_PART);
        }
        mirror.list(directories.get(0), next.get(0), A_PART);
        assertThat(listings()).as("those that are kept").isEqualTo(before);

        mirror.list(directories.get(1), next.get(1), A_PART);
        assertThat(listings()).as("the one that was pushed out").isEqualTo(before + 1);
    }
}
