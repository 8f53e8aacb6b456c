// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.cli;

import java.io.IOException;
import java.util.List;
import org.fdstorefs.Fd;
import picocli.CommandLine.Command;

@Command(
        header = "Empty entries, and run a program with what they held.",
        customSynopsis = "fdstore take [-s DIR] [--listen-fds] NAME[=N]... -- PROGRAM [ARGUMENT...]",
        description = {
            "",
            "As get, but of all that take from an entry at the same time one alone gets what it holds. If the"
                    + " program cannot be run, what was taken is put back.",
            "",
        },
        exitCodeOnInvalidInput = ExitCode.EXEC_FAILED,
        exitCodeOnExecutionException = ExitCode.EXEC_FAILED,
        exitCodeList = {
            "125:fdstore itself failed",
            "126:the program was found but could not be run",
            "127:the program was not found",
            "else:the program's own",
        })
final class TakeCommand extends ReceiveCommand {
    private final Console console;

    TakeCommand(Exec exec, List<String> program, Console console) {
        super(exec, program);
        this.console = console;
    }

    @Override
    Fd receive(Place place) throws IOException {
        return place.store().take(place.name());
    }

    @Override
    void giveUp(Fdstore fdstore, Received received) {
        try (Fd fd = received.fd();
                Place place = Place.open(fdstore, received.request().name())) {
            place.store().put(place.name(), fd);
        } catch (IOException e) {
            console.report().warn("cannot put back what was taken: " + e.getMessage());
        }
    }
}
