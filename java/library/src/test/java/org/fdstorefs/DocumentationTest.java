// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The documentation of what is public: nothing is left out, and the examples are Java. */
class DocumentationTest {
    private static final List<String> IMPORTS =
            List.of("java.io", "java.net", "java.nio.channels", "java.nio.file", "java.time", "java.util");

    /** Where the compiler misses a comment: enum constants have telling names, compact constructors the record's. */
    private static final Pattern NEEDS_NO_COMMENT =
            Pattern.compile("\\s+[A-Z][A-Z0-9_]*(\\(.*)?[,;(].*|\\s+(public )?[A-Z]\\w* \\{");

    private static final Pattern JAVA_IN_MARKDOWN = Pattern.compile("(?s)```java[^\\n]*\\n(.*?)```");

    @TempDir
    Path directory;

    @Test
    void thereAreTypesToLookAt() throws Exception {
        assertThat(PublicSource.all()).extracting(PublicSource::name).contains("FdStore", "Fd");
    }

    @Test
    void everyTypeShowsItsUse() throws Exception {
        assertThat(PublicSource.all())
                .filteredOn(PublicSource::needsExample)
                .filteredOn(type -> type.examples().isEmpty())
                .extracting(PublicSource::name)
                .isEmpty();
    }

    @Test
    void everyExampleCompiles() throws Exception {
        List<String> sources = new ArrayList<>();
        for (PublicSource type : PublicSource.all()) {
            for (String example : type.examples()) {
                sources.add(
                        write("Example" + sources.size() + type.name(), example).toString());
            }
        }

        assertThat(javac(Stream.of("-nowarn", "-Xlint:none", "-cp", classPath()), sources.stream()))
                .isEmpty();
    }

    @Test
    void everyExampleOfThePagesCompiles() throws Exception {
        List<String> sources = new ArrayList<>();
        for (String page : List.of("README.md", "docs/java.md")) {
            List<String> examples = JAVA_IN_MARKDOWN
                    .matcher(Files.readString(Path.of("../..", page)))
                    .results()
                    .map(found -> found.group(1))
                    .filter(example -> !example.contains("RecoverableServer")) // java/mirror has a test of its own
                    .toList();
            assertThat(examples).as(page).isNotEmpty();
            for (String example : examples) {
                sources.add(write("Page" + sources.size(), example).toString());
            }
        }

        assertThat(javac(Stream.of("-nowarn", "-Xlint:none", "-cp", classPath()), sources.stream()))
                .isEmpty();
    }

    @Test
    void everythingPublicHasAComment() throws Exception {
        String packages = "-Xdoclint/package:" + String.join(",", PublicSource.exportedPackages());
        try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
            List<String> sources = files.map(Path::toString)
                    .filter(file -> file.endsWith(".java") && !file.endsWith("module-info.java"))
                    .toList();
            String complaints = javac(
                    Stream.of("-Xmaxwarns", "9999", "-Xdoclint:missing/protected", packages, "-cp", classPath()),
                    sources.stream());

            // The compiler does look: it also misses tags, which are not used where a sentence has said it.
            assertThat(complaints).contains("warning: no @return");
            assertThat(withoutComment(complaints)).isEmpty();
        }
    }

    /** Of lines of complaints, each followed by the line of the source. */
    private static List<String> withoutComment(String complaints) {
        List<String> lines = complaints.lines().toList();
        List<String> missing = new ArrayList<>();
        for (int i = 0; i + 1 < lines.size(); i++) {
            if (lines.get(i).endsWith("warning: no comment")
                    && !NEEDS_NO_COMMENT.matcher(lines.get(i + 1)).matches()) {
                missing.add(lines.get(i) + ": " + lines.get(i + 1).trim());
            }
        }
        return missing;
    }

    private Path write(String name, String example) throws IOException {
        StringBuilder source = new StringBuilder();
        IMPORTS.forEach(imported -> source.append("import ").append(imported).append(".*;\n"));
        for (String exported : PublicSource.exportedPackages()) {
            source.append("import ").append(exported).append(".*;\n");
        }
        source.append("class ").append(name).append(" {\nvoid example() throws Exception {\n");
        source.append(example).append("\n}\n}\n");
        return Files.writeString(directory.resolve(name + ".java"), source);
    }

    /** What the compiler says, in English. */
    private String javac(Stream<String> options, Stream<String> sources) {
        String[] arguments = Stream.of(Stream.of("-proc:none", "-d", directory.toString()), options, sources)
                .flatMap(each -> each)
                .toArray(String[]::new);
        StringWriter said = new StringWriter();
        PrintWriter out = new PrintWriter(said);
        Locale before = Locale.getDefault();
        Locale.setDefault(Locale.ENGLISH);
        try {
            ToolProvider.findFirst("javac").orElseThrow().run(out, out, arguments);
        } finally {
            Locale.setDefault(before);
        }
        out.flush();
        return said.toString();
    }

    /** The compiled library, and JNA, wherever the runner of the tests has put them. */
    private static String classPath() throws URISyntaxException {
        List<String> paths = new ArrayList<>();
        for (Class<?> type : List.of(FdStore.class, com.sun.jna.Native.class)) {
            paths.add(Path.of(type.getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .toURI())
                    .toString());
        }
        return String.join(File.pathSeparator, paths);
    }
}
