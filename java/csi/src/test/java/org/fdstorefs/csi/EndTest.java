// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.csi;

import static java.nio.file.StandardWatchEventKinds.ENTRY_CREATE;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program, and the signal by which a kubelet ends it. */
class EndTest {
    /** What a pipe holds. */
    private static final int PIPE = 65_536;

    private static final String SOCKET = "s";

    @TempDir
    Path directory;

    /** It cannot go on to write its log, so it is told exactly then. */
    @Test
    void aDriverThatIsToldToEndAsSoonAsItsSocketIsSeenLeavesNone() throws Exception {
        Path log = directory.resolve("log");
        Path kubelet = Files.createDirectory(directory.resolve("kubelet"));
        assertThat(new ProcessBuilder("mkfifo", log.toString()).start().waitFor())
                .isZero();
        try (RandomAccessFile pipe = new RandomAccessFile(log.toFile(), "rw");
                WatchService watch = FileSystems.getDefault().newWatchService()) {
            pipe.write(new byte[PIPE]);
            kubelet.register(watch, ENTRY_CREATE);
            Process driver = start(kubelet, log);
            await(watch, SOCKET);

            driver.destroy();
            Thread reader = new Thread(() -> readAll(pipe));
            reader.setDaemon(true);
            reader.start();

            assertThat(driver.waitFor()).isEqualTo(128 + 15);
        }
        try (Stream<Path> left = Files.list(kubelet)) {
            assertThat(left).isEmpty();
        }
    }

    private static Process start(Path kubelet, Path log) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-Djava.util.logging.config.file=" + System.getProperty("java.util.logging.config.file", ""),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Main.class.getName(),
                        "--kubelet-dir=" + kubelet,
                        "--socket=" + kubelet.resolve(SOCKET))
                .redirectOutput(log.toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private static void await(WatchService watch, String name) throws InterruptedException {
        while (true) {
            WatchKey key = watch.take();
            List<String> names = key.pollEvents().stream()
                    .map(event -> String.valueOf(event.context()))
                    .toList();
            if (names.contains(name)) {
                return;
            }
            key.reset();
        }
    }

    private static void readAll(RandomAccessFile pipe) {
        byte[] buffer = new byte[PIPE];
        try {
            while (pipe.read(buffer) >= 0) {
                // as long as there is something
            }
        } catch (IOException e) {
            // closed
        }
    }
}
