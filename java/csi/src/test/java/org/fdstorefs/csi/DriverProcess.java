// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.csi;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Writer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The program as it is installed, in a pid namespace of its own as in a container: its death ends that. */
final class DriverProcess {
    private final Process process;
    private final Client client;

    private DriverProcess(Process process, Client client) {
        this.process = process;
        this.client = client;
    }

    /** Returns when it serves. */
    static DriverProcess start(Path program, Path kubelet) throws IOException {
        Process process = new ProcessBuilder(
                        "unshare",
                        "--pid",
                        "--fork",
                        "--kill-child",
                        program.toString(),
                        "--kubelet-dir=" + kubelet,
                        "--node-id=guest")
                .redirectErrorStream(true)
                .start();
        BufferedReader output = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8));
        List<String> lines = new ArrayList<>();
        String line;
        while ((line = output.readLine()) != null) {
            lines.add(line);
            if (line.contains(" msg=serving ")) {
                Thread drain = new Thread(() -> passOver(output), "log of the driver");
                drain.setDaemon(true);
                drain.start();
                return new DriverProcess(
                        process, new Client(kubelet.resolve("plugins_registry/fdstorefs.org-reg.sock")));
            }
        }
        throw new IOException("the driver did not start: " + lines);
    }

    private static void passOver(BufferedReader output) {
        try {
            output.transferTo(Writer.nullWriter());
        } catch (IOException e) {
            // it has been killed
        }
    }

    Client client() {
        return client;
    }

    /** SIGKILL, whatever it is doing. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
        client.close();
    }
}
