// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.soak;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.TypeConversionException;

/** The command line of {@link Soak}. */
@Command(name = "Soak", showDefaultValues = true, sortOptions = false)
interface Options {
    String FILES = "files";

    /** How the soak ends. */
    enum End {
        UNMOUNT,
        KILL
    }

    /** From, to, in milliseconds. */
    record Interval(int least, int most) {}

    /** Reads {@code MIN..MAX}. */
    final class ToInterval implements ITypeConverter<Interval> {
        @Override
        public Interval convert(String text) {
            if (text.matches("\\d{1,6}\\.\\.\\d{1,6}")) {
                String[] parts = text.split("\\.\\.", 2);
                Interval interval = new Interval(Integer.parseInt(parts[0]), Integer.parseInt(parts[1]));
                if (interval.least <= interval.most) {
                    return interval;
                }
            }
            throw new TypeConversionException("'" + text + "' is not MIN..MAX");
        }
    }

    /** Reads a number, or {@code time}. */
    final class Seed implements ITypeConverter<Long> {
        @Override
        public Long convert(String text) {
            return text.equals("time") ? System.currentTimeMillis() : Long.parseLong(text);
        }
    }

    @Option(names = "--source", required = true, paramLabel = "DIR", description = "what the servers show")
    Path source();

    @Option(names = "--mount", required = true, paramLabel = "DIR", description = "where they show it")
    Path mount();

    @Option(names = "--store", required = true, paramLabel = "DIR", description = "where they keep their session")
    Path store();

    @Option(
            names = "--kills",
            paramLabel = "N",
            defaultValue = "20",
            description = "how many servers to kill; 0: each workload does one round")
    int kills();

    @Option(
            names = "--victims",
            split = ",",
            paramLabel = "guard|backend|both",
            defaultValue = "guard",
            description = "what is killed, one of these by chance: the guard, which is any server that is started;"
                    + " its backend, which it tells of; both")
    List<Victim> victims();

    @Option(names = "--may-crash", description = "backends may end by themselves, which is counted only")
    boolean mayCrash();

    @Option(names = "--links-uncounted", description = "the file system does not say how many links a file has")
    boolean linksUncounted();

    @Option(
            names = "--interval",
            paramLabel = "MIN..MAX",
            defaultValue = "20..200",
            converter = ToInterval.class,
            description = "how many milliseconds a server serves before it is killed")
    Interval interval();

    @Option(
            names = "--twice",
            paramLabel = "PERCENT",
            defaultValue = "0",
            description = "how many of the kills are followed at once by that of the successor")
    int twice();

    @Option(names = "--standbys", paramLabel = "N", defaultValue = "2", description = "how many servers stand by")
    int standbys();

    @Option(
            names = "--ready",
            paramLabel = "N",
            defaultValue = "1",
            description = "how many of them must have started before a server is killed; 0: none, nor is one awaited")
    int ready();

    @Option(
            names = "--workloads",
            split = ",",
            defaultValue = FILES + "," + FILES,
            description = "what uses the mount: files, or a program in the directory of --scripts")
    List<String> workloads();

    @Option(names = "--scripts", paramLabel = "DIR", defaultValue = ".", description = "where these programs are")
    Path scripts();

    @Option(
            names = "--reference",
            paramLabel = "DIR",
            defaultValue = "/tmp",
            description = "a directory of another file system, where workloads do the same to compare")
    Path reference();

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "time",
            converter = Seed.class,
            description = "of all that is random")
    long seed();

    @Option(
            names = "--limit",
            paramLabel = "SECONDS",
            defaultValue = "3600",
            description = "how long all of it may take")
    Duration limit();

    @Option(
            names = "--hang",
            paramLabel = "SECONDS",
            defaultValue = "60",
            description = "how long a workload may get nothing done")
    Duration hang();

    @Option(names = "--then", paramLabel = "unmount|kill", defaultValue = "unmount", description = "how it ends")
    End then();

    @Parameters(arity = "1..*", paramLabel = "SERVER-COMMAND", description = "gets --source, --mount and --store")
    List<String> server();

    /** Reads the arguments; a {@link picocli.CommandLine.ParameterException} says what is wrong with them. */
    static Options parse(String... args) {
        Options options = CommandLines.parse(Options.class, args);
        require(options.kills() >= 0, "--kills is less than 0: " + options.kills());
        require(options.twice() >= 0 && options.twice() <= 100, "--twice is not a percentage: " + options.twice());
        require(options.twice() == 0 || options.standbys() >= 2, "--twice needs two standbys or more");
        require(options.ready() >= 0, "--ready is less than 0: " + options.ready());
        require(options.ready() <= options.standbys(), "--ready is more than the " + options.standbys() + " standbys");
        for (String name : options.workloads()) {
            Path program = options.scripts().resolve(name);
            require(name.equals(FILES) || Files.isExecutable(program), "no such workload: " + program);
        }
        return options;
    }

    private static void require(boolean holds, String message) {
        CommandLines.require(holds, Options.class, message);
    }
}
