// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.fdstorefs.FdStore;
import org.fdstorefs.MountOption;
import org.fdstorefs.internal.ByteStrings;
import org.fdstorefs.internal.MountSys;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A new store for each test, mounted on a new directory. Unmounting it fails, and the test with it,
 * if an entry was left open.
 */
public final class MountedStore implements BeforeEachCallback, AfterEachCallback {
    private static final int MS_RDONLY = 1;
    private static final int MS_REMOUNT = 32;
    private static final int MS_BIND = 4096;

    private final MountOption[] options;
    private Path directory;
    private FdStore store;

    public MountedStore(MountOption... options) {
        this.options = options;
    }

    @Override
    public void beforeEach(ExtensionContext context) throws IOException {
        directory = Files.createTempDirectory("store");
        store = FdStore.mount(directory, options);
    }

    @Override
    public void afterEach(ExtensionContext context) throws IOException {
        store.close();
        FdStore.unmount(directory);
        Files.delete(directory);
    }

    /** Makes this mount of the store read-only. */
    void makeReadOnly() {
        byte[] target = ByteStrings.ofPath(directory);
        int flags = MS_REMOUNT | MS_BIND | MS_RDONLY;
        int result = MountSys.system().mount(bytes("it"), target, bytes("fdstorefs"), flags, null);
        assertThat(result).as("mount").isZero();
    }

    public Path directory() {
        return directory;
    }

    public Path path(String name) {
        return directory.resolve(name);
    }

    public FdStore store() {
        return store;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }
}
