// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.soak;

import static java.util.Objects.requireNonNull;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Directories with many files, and directories within directories. */
final class Trees {
    private static final int MOST_FILES = 60;
    private static final int DEEPEST = 8;

    private final Path home;
    private final Operations operations;
    private final Random random;

    Trees(Path home, Operations operations, Random random) {
        this.home = requireNonNull(home, "home is null");
        this.operations = requireNonNull(operations, "operations is null");
        this.random = requireNonNull(random, "random is null");
    }

    void round() throws InterruptedException {
        wide(home.resolve("wide"), 1 + random.nextInt(MOST_FILES));
        deep(home.resolve("deep"), 1 + random.nextInt(DEEPEST));
    }

    private void wide(Path directory, int files) throws InterruptedException {
        List<String> names = new ArrayList<>();
        operations.attempt("mkdir", () -> Files.createDirectory(directory));
        for (int i = 0; i < files; i++) {
            String name = "a-file-with-a-rather-long-name-" + random.nextInt(1000) + "-" + i;
            names.add(name);
            operations.attempt("create an empty file", () -> Files.createFile(directory.resolve(name)));
        }
        operations.attempt("list many", () -> operations.expectNames(directory, names));
        for (String name : List.copyOf(names)) {
            operations.attempt("unlink one of many", () -> Files.delete(directory.resolve(name)));
            names.remove(name);
            if (names.size() % 16 == 0) {
                operations.attempt("list what is left", () -> operations.expectNames(directory, names));
            }
        }
        operations.attempt("rmdir", () -> Files.delete(directory));
    }

    private void deep(Path top, int depth) throws InterruptedException {
        List<Path> directories = new ArrayList<>();
        for (Path directory = top; directories.size() < depth; directory = directory.resolve("d")) {
            Path next = directory;
            operations.attempt("mkdir", () -> Files.createDirectory(next));
            directories.add(0, next);
        }
        Path moved = top.resolveSibling("moved");
        Path leaf = top.relativize(directories.get(0)).resolve("leaf");
        byte[] data = new byte[64];
        random.nextBytes(data);
        operations.attempt("create deep down", () -> Files.write(top.resolve(leaf), data));
        operations.attempt("rename a tree", () -> Files.move(top, moved));
        operations.attempt(
                "read deep down", () -> operations.compare(leaf, data, Files.readAllBytes(moved.resolve(leaf))));
        operations.attempt("unlink deep down", () -> Files.delete(moved.resolve(leaf)));
        for (Path directory : directories) {
            operations.attempt("rmdir", () -> Files.delete(moved.resolve(top.relativize(directory))));
        }
    }
}
