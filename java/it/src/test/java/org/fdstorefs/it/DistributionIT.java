// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The tarball, unpacked to a place with a space in its name, on a machine that has a JRE only. */
@Tag("program")
@Tag("long")
class DistributionIT {
    @RegisterExtension
    final MountedStore mounted = new MountedStore();

    @TempDir
    Path directory;

    private Path home;

    @BeforeEach
    void unpack() throws Exception {
        home = Files.createDirectory(directory.resolve("a prefix"));
        Files.createSymbolicLink(directory.resolve("fdstore"), Path.of("a prefix/bin/fdstore"));
        assertThat(sh("tar xzf '%s' -C '%s' --strip-components=1".formatted(tarball(), home)))
                .isEmpty();
    }

    @Test
    void theProgramRunsThroughASymbolicLink() throws Exception {
        assertThat(sh("PATH=$PWD:$PATH; cd /; echo hello | fdstore put x; fdstore ls; fdstore get x=0 -- cat"))
                .isEqualTo("x\nhello\n");
    }

    @Test
    void theProgramRunsWithAnArchive() throws Exception {
        assertThat(sh("'a prefix/bin/fdstore-cds'")).contains("/lib/fdstore/cds/");
        assertThat(sh("echo hello | ./fdstore put x; ./fdstore ls; ./fdstore get x=0 -- cat"))
                .isEqualTo("x\nhello\n");
    }

    @Test
    void aBrokenArchiveIsNotHeardOf() throws Exception {
        sh("'a prefix/bin/fdstore-cds'");
        try (Stream<Path> files = Files.list(home.resolve("lib/fdstore/cds"))) {
            for (Path file : files.filter(file -> !file.endsWith("list")).toList()) {
                var time = Files.getLastModifiedTime(file);
                Files.writeString(file, "nonsense");
                Files.setLastModifiedTime(file, time);
            }
        }

        assertThat(sh("./fdstore put x </dev/null; ./fdstore ls")).isEqualTo("x\n");
    }

    /** What a script prints, to either stream, in the directory of the link. */
    private String sh(String script) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder("sh", "-c", script)
                .directory(directory.toFile())
                .redirectErrorStream(true);
        builder.environment().put("FDSTORE_PATH", mounted.directory().toString());
        Process process = builder.start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }

    /** Which is beside the jar of this class. */
    private static Path tarball() throws Exception {
        Path jar = Path.of(DistributionIT.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        return jar.resolveSibling("fdstore.tar.gz");
    }
}
