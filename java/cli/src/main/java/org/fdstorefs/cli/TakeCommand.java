// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.cli;

import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;
import org.fdstorefs.Fd;
import org.fdstorefs.FdStore;
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
    private final Consumer<String> warn;

    TakeCommand(Exec exec, List<String> program, Consumer<String> warn) {
        super(exec, program);
        this.warn = warn;
    }

    @Override
    Fd receive(FdStore store, String name) throws IOException {
        return store.take(name);
    }

    @Override
    void giveUp(FdStore store, Received received) {
        try (Fd fd = received.fd()) {
            store.put(received.request().name(), fd);
        } catch (IOException e) {
            warn.accept("cannot put back what was taken: " + e.getMessage());
        }
    }
}
