// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.mirror;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.jna.Native;
import java.io.File;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import org.fdstorefs.FdStore;
import org.fdstorefs.fuse.server.RecoverableServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example of a server in the README, which is the one of the Javadoc, is Java. */
class ReadmeTest {
    private static final Pattern IN_README = Pattern.compile("(?s)```java[^\n]*\n(RecoverableServer.*?)```");

    @TempDir
    Path directory;

    @Test
    void theExampleCompiles() throws Exception {
        List<String> examples = IN_README
                .matcher(Files.readString(Path.of("../../README.md")))
                .results()
                .map((MatchResult found) -> found.group(1))
                .toList();
        assertThat(examples).hasSize(1);
        Path source = Files.writeString(
                directory.resolve("Example.java"),
                "import java.nio.file.Path;\nimport org.fdstorefs.fuse.server.*;\nimport org.fdstorefs.mirror.*;\n"
                        + "class Example {\nvoid example() throws Exception {\n" + examples.get(0) + "}\n}\n");

        assertThat(javac("-d", directory.toString(), "-cp", classPath(), source.toString()))
                .isEmpty();
    }

    private static String javac(String... arguments) {
        StringWriter said = new StringWriter();
        PrintWriter out = new PrintWriter(said);
        ToolProvider.findFirst("javac").orElseThrow().run(out, out, arguments);
        out.flush();
        return said.toString();
    }

    private static String classPath() throws Exception {
        StringBuilder path = new StringBuilder();
        for (Class<?> type : List.of(MirrorFileSystem.class, RecoverableServer.class, FdStore.class, Native.class)) {
            Path place = Path.of(
                    type.getProtectionDomain().getCodeSource().getLocation().toURI());
            path.append(place).append(File.pathSeparatorChar);
        }
        return path.toString();
    }
}
