// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.fuse.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.fdstorefs.internal.ByteStrings;
import org.fdstorefs.internal.MountSys;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A directory for each test on which it may mount. What is left there is unmounted by force. */
public final class MountPoint implements BeforeEachCallback, AfterEachCallback {
    private static final int MNT_FORCE = 1;
    private static final int MNT_DETACH = 2;

    private Path directory;

    @Override
    public void beforeEach(ExtensionContext context) throws IOException, InterruptedException {
        if (!Files.exists(Path.of("/dev/fuse"))) {
            new ProcessBuilder("modprobe", "fuse").inheritIO().start().waitFor();
        }
        directory = Files.createTempDirectory("mount");
    }

    @Override
    public void afterEach(ExtensionContext context) throws IOException {
        abandon();
        Files.delete(directory);
    }

    /** Ends it in any case: whoever waits for an answer gets an error. */
    void abandon() {
        forceUnmount();
        umount(MNT_DETACH);
    }

    public Path directory() {
        return directory;
    }

    /** Fails what waits for an answer; it is unmounted unless somebody is still there. */
    void forceUnmount() {
        umount(MNT_FORCE);
    }

    /** Unmounts it as an administrator would; the result is 0 or a negated errno. */
    int unmount() {
        return umount(0);
    }

    private int umount(int flags) {
        return MountSys.system().umount(ByteStrings.ofPath(directory), flags);
    }
}
