// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The source of a public type that users see.
 *
 * @param packageName its package
 * @param kind what it is declared as: class, interface, record, enum
 * @param name its name
 * @param comment its documentation, without the stars
 */
record PublicSource(String packageName, String kind, String name, String comment) {
    private static final Path ROOT = Path.of("src/main/java");
    private static final Pattern EXPORTS = Pattern.compile("exports ([a-z.]+);");
    private static final Pattern TYPE = Pattern.compile(
            "(?m)^public (?:(?:final|abstract|sealed|non-sealed) )*(class|interface|record|enum) (\\w+)");
    private static final Pattern EXAMPLE = Pattern.compile("(?s)<pre>\\{@code\\b(.*?)}\\s*</pre>");

    /** The packages that the module exports to everybody. */
    static List<String> exportedPackages() throws IOException {
        return EXPORTS.matcher(Files.readString(ROOT.resolve("module-info.java")))
                .results()
                .map(exports -> exports.group(1))
                .toList();
    }

    /** The public types of these packages. */
    static List<PublicSource> all() throws IOException {
        return exportedPackages().stream().flatMap(PublicSource::ofPackage).toList();
    }

    private static Stream<PublicSource> ofPackage(String packageName) {
        try (Stream<Path> files = Files.list(ROOT.resolve(packageName.replace('.', '/')))) {
            return files.filter(file -> file.toString().endsWith(".java")).sorted().toList().stream()
                    .flatMap(file -> parse(packageName, file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Stream<PublicSource> parse(String packageName, Path file) {
        String source;
        try {
            source = Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Matcher type = TYPE.matcher(source);
        if (!type.find()) {
            return Stream.empty();
        }
        int start = source.lastIndexOf("/**", type.start());
        int end = source.lastIndexOf("*/", type.start());
        String comment = start < 0 || end < start ? "" : source.substring(start + 3, end);
        return Stream.of(
                new PublicSource(packageName, type.group(1), type.group(2), comment.replaceAll("(?m)^ *\\* ?", "")));
    }

    /** The Java statements in the documentation. */
    List<String> examples() {
        return EXAMPLE.matcher(comment)
                .results()
                .map((MatchResult m) -> m.group(1))
                .toList();
    }

    /** Exceptions and enums explain themselves. */
    boolean needsExample() {
        return !kind.equals("enum") && !name.endsWith("Exception");
    }
}
