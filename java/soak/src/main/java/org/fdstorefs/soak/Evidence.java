// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.soak;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;

/** Says what each thread of a program waits for, when something hangs. */
final class Evidence {
    private final PrintStream out;

    Evidence(PrintStream out) {
        this.out = out;
    }

    void ofOurselves() {
        Thread.getAllStackTraces().forEach((thread, stack) -> {
            if (stack.length > 0) {
                out.println("thread " + thread.getName());
                Arrays.stream(stack).limit(6).forEach(frame -> out.println("    " + frame));
            }
        });
    }

    void ofPrograms(Stream<Long> pids) {
        pids.forEach(this::ofProgram);
    }

    /** How many requests each FUSE connection has, and what a store holds. */
    void ofMounts(Path store) {
        listing(Path.of("/sys/fs/fuse/connections")).forEach(connection -> file(connection.resolve("waiting")));
        listing(store).forEach(entry -> {
            listing(entry).forEach(this::file);
            file(entry);
        });
        file(Path.of("/proc/locks"));
    }

    private void ofProgram(long pid) {
        Path process = Path.of("/proc", Long.toString(pid));
        out.println("process " + pid + " "
                + text(process.resolve("cmdline")).orElse("has ended").replace('\0', ' '));
        listing(process.resolve("task")).forEach(task -> {
            out.print(
                    "  " + task.getFileName() + " " + text(task.resolve("comm")).orElse("?\n"));
            text(task.resolve("stack")).ifPresent(stack -> out.print(stack.indent(4)));
        });
    }

    private void file(Path file) {
        if (Files.isRegularFile(file)) {
            text(file).ifPresent(text -> out.print(file + ":\n" + text.indent(4)));
        }
    }

    private static Stream<Path> listing(Path directory) {
        Stream.Builder<Path> entries = Stream.builder();
        try (DirectoryStream<Path> found = Files.newDirectoryStream(directory)) {
            found.forEach(entries::add);
        } catch (IOException e) {
            // has gone, or is none: nothing to report
        }
        return entries.build();
    }

    private static Optional<String> text(Path file) {
        try {
            return Optional.of(Files.readString(file));
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
