// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.cli;

import java.io.IOException;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.fdstorefs.FdStore;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

@Command(
        header = "Wait until an entry holds something, or nothing.",
        description = {
            "",
            "Waits, without polling, until the entry exists and is filled.",
            "",
            "  fdstore wait --timeout 10 listener && fdstore get listener=0 -- server",
            "",
        })
final class WaitCommand implements Callable<Integer> {
    /** About thirty years: a number of seconds that no arithmetic with it can overflow. */
    private static final BigDecimal LONGEST = BigDecimal.valueOf(1_000_000_000);

    private final Console console;

    @Spec
    private CommandSpec spec;

    @ParentCommand
    private Fdstore fdstore;

    @Option(
            names = {"-t", "--timeout"},
            paramLabel = "SECONDS",
            description =
                    "give up, with exit code 7, after this number of seconds, which may be a decimal fraction; 0: only look")
    private @Nullable BigDecimal timeout;

    @Option(names = "--empty", description = "wait until the entry is empty or gone")
    private boolean empty;

    @Parameters(paramLabel = "NAME")
    private String name;

    WaitCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        BigDecimal seconds = timeout == null ? LONGEST : timeout;
        Duration limit = duration(seconds);
        try (Place place = Place.open(fdstore, name)) {
            FdStore store = place.store();
            boolean come = empty ? store.awaitEmpty(place.name(), limit) : store.awaitFilled(place.name(), limit);
            if (come) {
                return ExitCode.OK;
            }
            console.report()
                    .warn("%s/%s: not %s after %s seconds"
                            .formatted(
                                    store.directory(),
                                    place.name(),
                                    empty ? "empty" : "filled",
                                    seconds.toPlainString()));
            return ExitCode.TIMED_OUT;
        }
    }

    private Duration duration(BigDecimal seconds) {
        if (seconds.signum() < 0 || seconds.compareTo(LONGEST) > 0) {
            throw new ParameterException(
                    spec.commandLine(), "--timeout: not a number of seconds from 0 to " + LONGEST + ": " + seconds);
        }
        return Duration.ofNanos(seconds.movePointRight(9).longValue());
    }
}
