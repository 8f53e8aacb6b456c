// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.rules;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.module.ModuleDescriptor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** The classes of all modules, as the build has just compiled them. */
final class Code {
    private static final Path MODULES = Path.of("..");

    /** What protoc has written is not ours to style. */
    private static final ImportOption WRITTEN = location -> !location.contains("/org/fdstorefs/csi/messages/");

    private Code() {}

    private static final class All {
        private static final String[] MODULES = {
            "library", "fuse", "mirror", "guard", "cli", "csi", "recipes", "soak", "bench"
        };
        private static final JavaClasses CLASSES = of(MODULES);
    }

    /** What users get, and programs of ours. */
    static JavaClasses all() {
        return All.CLASSES;
    }

    /** The same of some modules. */
    static JavaClasses of(String... modules) {
        return read("classes", modules);
    }

    /** Both, and the tests of some modules. */
    static JavaClasses withTestsOf(String... modules) {
        return new ClassFileImporter()
                .withImportOption(WRITTEN)
                .importPaths(Stream.concat(
                                Arrays.stream(All.MODULES).map(module -> directory(module, "classes")),
                                Arrays.stream(modules).map(module -> directory(module, "test-classes")))
                        .toList());
    }

    static JavaClasses testsOf(String... modules) {
        return read("test-classes", modules);
    }

    /** The packages that a module shows to everybody. */
    static List<String> exportsOf(String module) {
        try (InputStream descriptor = Files.newInputStream(directory(module, "classes/module-info.class"))) {
            return ModuleDescriptor.read(descriptor).exports().stream()
                    .filter(exports -> !exports.isQualified())
                    .map(ModuleDescriptor.Exports::source)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static JavaClasses read(String kind, String... modules) {
        return new ClassFileImporter()
                .withImportOption(WRITTEN)
                .importPaths(Arrays.stream(modules)
                        .map(module -> directory(module, kind))
                        .toList());
    }

    private static Path directory(String module, String kind) {
        Path path = MODULES.resolve(module).resolve("target").resolve(kind);
        if (Files.notExists(path)) {
            throw new IllegalStateException(path + " is not there: the rules are about all modules");
        }
        return path;
    }
}
