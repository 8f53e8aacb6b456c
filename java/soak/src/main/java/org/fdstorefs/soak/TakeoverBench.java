// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.soak;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/**
 * Measures how long it takes from the SIGKILL of a server to the first answer to something asked after
 * it. Supervisors start the servers: with one of them the next server has yet to be started, with two it
 * stands by already.
 */
public final class TakeoverBench {
    private static final String USAGE = "usage: TakeoverBench --name TEXT --source DIR --mount DIR --store DIR"
            + " --supervise PROGRAM [--supervisors 1|2] [--kills N] -- SERVER-COMMAND...";
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    /** Longer than what a supervisor takes for a start that failed, and not the same each time. */
    private static final int LIFE_MILLIS = 1200;

    private static final int GLANCE_MILLIS = 20;

    private final Arguments arguments;
    private final Path mount;
    private final Locks locks;
    private final boolean warm;
    private final Tally tally = new Tally();
    private final Times times = new Times();
    private final Random random = new Random(1);

    private TakeoverBench(Arguments arguments, Path mount, Locks locks, boolean warm) {
        this.arguments = arguments;
        this.mount = mount;
        this.locks = locks;
        this.warm = warm;
    }

    private interface Condition {
        boolean holds() throws IOException;
    }

    /** Prints one line. Exit code 1 tells that something went wrong, 2 of wrong arguments. */
    public static void main(String[] args) throws IOException, InterruptedException {
        Locale.setDefault(Locale.ROOT);
        try {
            Arguments arguments = Arguments.parse(args);
            TakeoverBench bench = new TakeoverBench(
                    arguments,
                    arguments.directory("--mount"),
                    Locks.of(arguments.directory("--store")),
                    arguments.number("--supervisors", 1, 1, 2) == 2);
            System.exit(bench.run() ? 0 : 1);
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage() + "\n" + USAGE);
            System.exit(2);
        }
    }

    private boolean run() throws IOException, InterruptedException {
        int kills = arguments.number("--kills", 20, 1, 100_000);
        String name = arguments.text("--name", "takeover");
        List<String> serve = Arguments.join(
                arguments.rest(),
                "--source",
                arguments.directory("--source").toString(),
                "--mount",
                mount.toString(),
                "--store",
                arguments.directory("--store").toString());
        List<String> supervise = new ArrayList<>(
                List.of(arguments.path("--supervise", "supervise").toString()));
        supervise.addAll(serve);
        supervise.add("--standby");
        arguments.checkAllUsed();

        Process first = start(serve);
        await("a server that serves", () -> locks.holder().isPresent() && isMounted());
        List<Process> supervisors = new ArrayList<>(List.of(start(supervise)));
        if (warm) {
            supervisors.add(start(supervise));
        }
        await("standbys", () -> locks.waiters().size() == supervisors.size());
        first.destroyForcibly().waitFor();
        for (int i = 0; i < kills; i++) {
            killOne();
        }
        new ProcessBuilder("umount", mount.toString()).inheritIO().start().waitFor();
        boolean ended = true;
        for (Process supervisor : supervisors) {
            ended &= supervisor.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS) && supervisor.exitValue() == 0;
        }
        System.out.println("BENCH " + name + " failed=" + tally.counts().failed() + " " + times.words("first-answer"));
        return ended && tally.isClean();
    }

    private void killOne() throws IOException, InterruptedException {
        await("a server that serves", () -> locks.holder().isPresent());
        await("a standby", () -> !warm || !locks.waiters().isEmpty());
        Prober prober = new Prober(mount, tally);
        prober.ask();
        TimeUnit.MILLISECONDS.sleep(LIFE_MILLIS + random.nextInt(LIFE_MILLIS / 4));
        ProcessHandle server =
                locks.holder().flatMap(ProcessHandle::of).orElseThrow(() -> new IOException("no server serves"));
        long begin = System.nanoTime();
        server.destroyForcibly();
        prober.ask();
        times.add(Duration.ofNanos(System.nanoTime() - begin));
    }

    private static Process start(List<String> command) throws IOException {
        return new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    private boolean isMounted() throws IOException {
        return !Files.getAttribute(mount, "unix:dev").equals(Files.getAttribute(mount.resolveSibling("."), "unix:dev"));
    }

    private static void await(String what, Condition condition) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.holds()) {
            if (System.nanoTime() > deadline) {
                throw new IOException("not seen: " + what);
            }
            TimeUnit.MILLISECONDS.sleep(GLANCE_MILLIS);
        }
    }
}
