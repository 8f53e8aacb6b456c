// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.it;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Runs scripts in a directory, with fdstore in the PATH, the store in its variable, and an empty standard input. */
final class Shell {
    private final Path directory;
    private final Path store;

    Shell(Path directory, Path store) {
        this.directory = directory;
        this.store = store;
    }

    Outcome run(String script) throws Exception {
        Path err = Files.createTempFile(directory, "err", null);
        ProcessBuilder builder =
                new ProcessBuilder("sh", "-c", script).directory(directory.toFile()).redirectError(err.toFile());
        builder.environment().put("FDSTORE_PATH", store.toString());
        builder.environment().put("FDSTORE_JAVA", Path.of(System.getProperty("java.home"), "bin", "java").toString());
        builder.environment().merge("PATH", program().toString(), (path, bin) -> bin + ":" + path);
        Process process = builder.start();
        process.getOutputStream().close();
        String out = new String(process.getInputStream().readAllBytes(), ISO_8859_1);
        return new Outcome(process.waitFor(), out, Files.readString(err, ISO_8859_1));
    }

    /** The directory of the program, which the build puts beside the jar of this class. */
    private static Path program() throws URISyntaxException {
        Path jar = Path.of(Shell.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        return jar.resolveSibling("fdstore").resolve("bin");
    }
}
