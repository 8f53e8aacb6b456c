// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.soak;

import static java.util.Objects.requireNonNull;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A program that does one round in a directory that it makes, and removes it again. It prints
 * {@code done N} whenever it has done N more operations. Its exit code is 0 if all went well, 3 if
 * data differ, and something else if an operation failed.
 */
final class ScriptWorkload implements Workload {
    private static final int DIFFERS = 3;
    private static final int MOST_FAILURES = 3;
    private static final int LINES_OF_A_FAILURE = 30;
    private static final String DONE = "done ";

    private final Path program;
    private final Path home;
    private final Path reference;
    private final long seed;
    private final Tally tally = new Tally();
    private volatile boolean stopped;
    private volatile @Nullable Process process;

    /**
     * @param home where it works, on the mount
     * @param reference where it can do the same on another file system
     */
    ScriptWorkload(Path program, Path home, Path reference, long seed) {
        this.program = requireNonNull(program, "program is null");
        this.home = requireNonNull(home, "home is null");
        this.reference = requireNonNull(reference, "reference is null");
        this.seed = seed;
    }

    @Override
    public String name() {
        return program.getFileName().toString();
    }

    @Override
    public Tally tally() {
        return tally;
    }

    @Override
    public void stop() {
        stopped = true;
    }

    @Override
    public Stream<ProcessHandle> programs() {
        Process running = process;
        return running == null ? Stream.empty() : Stream.concat(Stream.of(running.toHandle()), running.descendants());
    }

    @Override
    public void run() {
        try {
            // What is left of a failed round stays where it is, to be looked at.
            int failures = 0;
            for (int i = 0; i == 0 || (!stopped && failures < MOST_FAILURES); i++) {
                failures += round(i) ? 0 : 1;
            }
        } catch (IOException e) {
            tally.failed("cannot be run: " + e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean round(int number) throws IOException, InterruptedException {
        String name = "-" + number;
        List<String> command = List.of(program.toString(), home + name, reference + name, Long.toString(seed + number));
        process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        Deque<String> last = new ArrayDeque<>();
        try (BufferedReader lines = process.inputReader()) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith(DONE)) {
                    tally.done(Long.parseLong(line.substring(DONE.length())));
                } else {
                    last.add(line);
                    if (last.size() > LINES_OF_A_FAILURE) {
                        last.remove();
                    }
                }
            }
        }
        int status = process.waitFor();
        if (status == 0) {
            tally.roundDone();
            return true;
        }
        String what = name() + " " + (seed + number) + " in " + home + name + ": exit code " + status + "\n  "
                + String.join("\n  ", last);
        if (status == DIFFERS) {
            tally.differing(what, 1);
        } else {
            tally.failed(what);
        }
        return false;
    }
}
