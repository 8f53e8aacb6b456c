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
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

/**
 * Measures how long it takes from the SIGKILL of a server to the first answer to something asked after
 * it. Supervisors start the servers: with one of them the next server has yet to be started, with two it
 * stands by already.
 */
public final class TakeoverBench {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    /** Longer than what a supervisor takes for a start that failed, and not the same each time. */
    private static final int LIFE_MILLIS = 1200;

    private static final int GLANCE_MILLIS = 20;

    private final Options options;
    private final Locks locks;
    private final Tally tally = new Tally();
    private final Times times = new Times();
    private final Random random = new Random(1);

    private TakeoverBench(Options options) throws IOException {
        this.options = options;
        this.locks = Locks.of(options.store());
    }

    /** The command line. */
    @Command(name = "TakeoverBench", showDefaultValues = true, sortOptions = false)
    interface Options {
        @Option(names = "--name", required = true, paramLabel = "TEXT", description = "of what is measured")
        String name();

        @Option(names = "--source", required = true, paramLabel = "DIR")
        Path source();

        @Option(names = "--mount", required = true, paramLabel = "DIR")
        Path mount();

        @Option(names = "--store", required = true, paramLabel = "DIR")
        Path store();

        @Option(names = "--supervise", required = true, paramLabel = "PROGRAM", description = "starts a server again")
        String supervise();

        @Option(names = "--supervisors", defaultValue = "1", paramLabel = "1|2")
        int supervisors();

        @Option(names = "--kills", defaultValue = "20", paramLabel = "N", description = "how many servers to kill")
        int kills();

        @Parameters(arity = "1..*", paramLabel = "SERVER-COMMAND", description = "gets --source, --mount and --store")
        List<String> server();
    }

    private interface Condition {
        boolean holds() throws IOException;
    }

    /** Prints one line. The exit code is 1 if something went wrong, 2 for wrong arguments. */
    public static void main(String[] args) throws IOException, InterruptedException {
        Locale.setDefault(Locale.ROOT);
        try {
            System.exit(new TakeoverBench(CommandLines.parse(Options.class, args)).run() ? 0 : 1);
        } catch (ParameterException e) {
            System.exit(CommandLines.refuse(e));
        }
    }

    private boolean run() throws IOException, InterruptedException {
        Path mount = options.mount();
        List<String> serve = CommandLines.serve(options.server(), options.source(), mount, options.store());
        List<String> supervise = new ArrayList<>(serve);
        supervise.add(0, Path.of(options.supervise()).toAbsolutePath().toString());
        supervise.add("--standby");

        Process first = start(serve);
        await("a server that serves", () -> locks.holder().isPresent() && isMounted());
        List<Process> supervisors = new ArrayList<>(List.of(start(supervise)));
        if (isWarm()) {
            supervisors.add(start(supervise));
        }
        await("standbys", () -> locks.waiters().size() == supervisors.size());
        first.destroyForcibly().waitFor();
        for (int i = 0; i < options.kills(); i++) {
            killOne();
        }
        new ProcessBuilder("umount", mount.toString()).inheritIO().start().waitFor();
        boolean ended = true;
        for (Process supervisor : supervisors) {
            ended &= supervisor.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS) && supervisor.exitValue() == 0;
        }
        System.out.println(
                "BENCH " + options.name() + " failed=" + tally.counts().failed() + " " + times.words("first-answer"));
        return ended && tally.isClean();
    }

    private void killOne() throws IOException, InterruptedException {
        await("a server that serves", () -> locks.holder().isPresent());
        await("a standby", () -> !isWarm() || !locks.waiters().isEmpty());
        Prober prober = new Prober(options.mount(), tally);
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

    private boolean isWarm() {
        return options.supervisors() > 1;
    }

    private boolean isMounted() throws IOException {
        Path mount = options.mount();
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
