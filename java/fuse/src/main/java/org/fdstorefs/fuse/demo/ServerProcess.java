// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.fuse.demo;

import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.util.List;

/** A server in a process of its own, which tells line by line what it does. */
final class ServerProcess {
    private final Process process;
    private final BufferedReader lines;

    private ServerProcess(Process process) {
        this.process = process;
        this.lines = process.inputReader();
    }

    static ServerProcess start(List<String> command) throws IOException {
        return new ServerProcess(
                new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start());
    }

    /** Waits for a line that begins so. */
    String await(String beginning) throws IOException {
        String line = lines.readLine();
        while (line != null && !line.startsWith(beginning)) {
            line = lines.readLine();
        }
        if (line == null) {
            throw new EOFException("the server ended before it said: " + beginning);
        }
        return line;
    }

    /** Sends SIGKILL, and waits for the end. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }
}
