// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.soak;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * What the soak is told on its command line.
 *
 * @param source the directory that the servers show
 * @param mount where they show it
 * @param store where they keep their session
 * @param reference a directory of another file system, where workloads do the same to compare
 * @param scripts where the programs of workloads are
 * @param workloads their names; one may be there several times
 * @param kills how many SIGKILLs there will be
 * @param interval how long a server serves before it is killed
 * @param twice of a hundred kills, how many are followed at once by that of the successor
 * @param standbys how many servers stand by
 * @param ready how many of them must be ready before a server is killed
 * @param seed of all that is random
 * @param limit how long all of it may take
 * @param hang for how long nothing may happen
 * @param unmount whether to end by an unmount, and not by killing all servers
 * @param server the command of a server, to which its directories are added
 */
record Options(
        Path source,
        Path mount,
        Path store,
        Path reference,
        Path scripts,
        List<String> workloads,
        int kills,
        Interval interval,
        int twice,
        int standbys,
        int ready,
        long seed,
        Duration limit,
        Duration hang,
        boolean unmount,
        List<String> server) {
    static final String FILES = "files";
    static final String USAGE = """
            usage: Soak --source DIR --mount DIR --store DIR [OPTION...] -- SERVER-COMMAND...
              --kills N             servers to kill (20)
              --interval MIN..MAX   milliseconds that a server serves before it is killed (20..200)
              --twice PERCENT       of the kills are followed at once by that of the successor (0)
              --standbys N          servers that stand by (2)
              --ready N             of them must have started before a server is killed (1)
              --workloads A,B,...   what is done meanwhile: files, or a program of the scripts (files,files)
              --scripts DIR         where the programs are
              --reference DIR       on another file system, where they do the same
              --seed N              of all that is random (the time)
              --limit SECONDS       that all of it may take (3600)
              --hang SECONDS        for which nothing may happen (60)
              --then unmount|kill   how it ends (unmount)""";

    /** From, to, in milliseconds. */
    record Interval(int least, int most) {}

    Options {
        workloads = List.copyOf(workloads);
        server = List.copyOf(server);
    }

    /** Reads the arguments, or throws {@link IllegalArgumentException} with what is wrong with them. */
    static Options parse(String... args) {
        Arguments arguments = Arguments.parse(args);
        Options options = new Options(
                arguments.directory("--source"),
                arguments.directory("--mount"),
                arguments.directory("--store"),
                arguments.path("--reference", "/tmp"),
                arguments.path("--scripts", "."),
                List.of(arguments.text("--workloads", FILES + "," + FILES).split(",")),
                arguments.number("--kills", 20, 1, 1_000_000),
                interval(arguments.text("--interval", "20..200")),
                arguments.number("--twice", 0, 0, 100),
                arguments.number("--standbys", 2, 1, 16),
                arguments.number("--ready", 1, 1, 16),
                arguments.longNumber("--seed", System.currentTimeMillis()),
                Duration.ofSeconds(arguments.number("--limit", 3600, 1, 1_000_000)),
                Duration.ofSeconds(arguments.number("--hang", 60, 1, 1_000_000)),
                arguments.oneOf("--then", "unmount", "kill").equals("unmount"),
                arguments.rest());
        arguments.checkAllUsed();
        options.check();
        return options;
    }

    private void check() {
        if (server.isEmpty()) {
            throw new IllegalArgumentException("no command of a server");
        }
        if (twice > 0 && standbys < 2) {
            throw new IllegalArgumentException("--twice needs two standbys or more");
        }
        if (ready > standbys) {
            throw new IllegalArgumentException("--ready is more than the %d standbys".formatted(standbys));
        }
        for (String name : workloads) {
            if (!name.equals(FILES) && !Files.isExecutable(scripts.resolve(name))) {
                throw new IllegalArgumentException("no such workload: " + scripts.resolve(name));
            }
        }
    }

    /** How a server is started. */
    List<String> serve() {
        return Arguments.join(
                server, "--source", source.toString(), "--mount", mount.toString(), "--store", store.toString());
    }

    private static Interval interval(String text) {
        String[] parts = text.split("\\.\\.", -1);
        if (parts.length == 2 && parts[0].matches("\\d{1,6}") && parts[1].matches("\\d{1,6}")) {
            Interval interval = new Interval(Integer.parseInt(parts[0]), Integer.parseInt(parts[1]));
            if (interval.least <= interval.most) {
                return interval;
            }
        }
        throw new IllegalArgumentException("--interval is not MIN..MAX: " + text);
    }
}
