// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Tests that run shell scripts with fdstore, each with a new store, and with a {@code file} that says hello. */
@Tag("program")
abstract class ShellTests {
    @RegisterExtension
    final MountedStore mounted = new MountedStore();

    @TempDir
    Path directory;

    @BeforeEach
    void makeFile() throws IOException {
        Files.writeString(directory.resolve("file"), "hello");
    }

    final Shell.Outcome sh(String script) throws Exception {
        return new Shell(directory, mounted.directory()).run(script);
    }
}
