// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.it;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Starts commands in a directory, with fdstore in the PATH and a store in its variable. */
record Shell(Path directory, Path store) {
    /** The exit code, and the output byte by byte. */
    record Outcome(int code, String out, String err) {}

    /** Runs a script to its end. */
    Outcome run(String script) throws Exception {
        Path err = Files.createTempFile(directory, "err", "");
        Process process =
                builder(List.of("sh", "-c", script)).redirectError(err.toFile()).start();
        process.getOutputStream().close();
        String out = new String(process.getInputStream().readAllBytes(), ISO_8859_1);
        return new Outcome(process.waitFor(), out, Files.readString(err, ISO_8859_1));
    }

    /** Starts a command whose output goes where that of the tests does. */
    Process start(String... command) throws Exception {
        return builder(List.of(command)).inheritIO().start();
    }

    private ProcessBuilder builder(List<String> command) throws IOException, URISyntaxException {
        ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
        builder.environment().put("FDSTORE_PATH", store.toString());
        builder.environment().put("FDSTORE_JAVA", JavaProgram.JAVA);
        builder.environment().merge("PATH", bin() + ":/usr/sbin", (path, more) -> more + ":" + path);
        return builder;
    }

    /** The directory of the program, which the build puts beside the jar of this class. */
    private static Path bin() throws URISyntaxException {
        Path jar = Path.of(
                Shell.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        return jar.resolveSibling("fdstore").resolve("bin");
    }
}
