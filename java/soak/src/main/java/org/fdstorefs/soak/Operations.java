// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.soak;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** Does one thing after the other to files, and reports each to a tally. */
final class Operations {
    private final Gate gate;
    private final Tally tally;

    /** An operation fails by an exception. */
    interface Operation {
        void run() throws IOException;
    }

    Operations(Gate gate, Tally tally) {
        this.gate = requireNonNull(gate, "gate is null");
        this.tally = requireNonNull(tally, "tally is null");
    }

    void attempt(String what, Operation operation) throws InterruptedException {
        gate.pass();
        long begin = System.nanoTime();
        try {
            operation.run();
            tally.done(Duration.ofNanos(System.nanoTime() - begin));
        } catch (IOException | RuntimeException e) {
            tally.failed(what + ": " + e);
        }
    }

    /** Counts the bytes that are not what they must be. */
    void compare(Path file, byte[] expected, byte[] found) {
        int first = Arrays.mismatch(expected, found);
        if (first < 0) {
            return;
        }
        long differing = Math.abs(expected.length - found.length);
        for (int i = first; i < Math.min(expected.length, found.length); i++) {
            if (expected[i] != found[i]) {
                differing++;
            }
        }
        tally.differing(
                "%s: %d bytes differ, the first at %d; %d bytes instead of %d"
                        .formatted(file, differing, first, found.length, expected.length),
                differing);
    }

    /** Counts it as different if something is not what it must be. */
    void expect(Path file, Object expected, Object found) {
        if (!expected.equals(found)) {
            tally.differing(file + ": " + found + " instead of " + expected, 1);
        }
    }

    void expectNames(Path directory, List<String> expected) throws IOException {
        try (Stream<Path> paths = Files.list(directory)) {
            expect(
                    directory,
                    expected.stream().sorted().toList(),
                    paths.map(path -> path.getFileName().toString()).sorted().toList());
        }
    }
}
