// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.cli;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import org.fdstorefs.FdSet;
import org.fdstorefs.exec.Program;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

@Command(
        header = "Run a program with a whole set, as a service manager does.",
        customSynopsis = "fdstore export [-s DIR] SET -- PROGRAM [ARGUMENT...]",
        description = {
            "",
            "fdstore becomes the program. What the entries of the directory hold is open from descriptor 3 on,"
                    + " or after the descriptors that a service manager has passed to fdstore,"
                    + " and LISTEN_FDS, LISTEN_PID and LISTEN_FDNAMES describe it. Entries made by import keep"
                    + " their places; the others follow, sorted by name. It is always one whole set, even while import replaces"
                    + " it.",
            "",
            "  fdstore export web -- server",
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
final class ExportCommand implements Callable<Integer> {
    private final Exec exec;
    private final List<String> program;

    @Spec
    private CommandSpec spec;

    @ParentCommand
    private Fdstore fdstore;

    @Parameters(paramLabel = "SET", description = "the directory in the store")
    private String set;

    ExportCommand(Exec exec, List<String> program) {
        this.exec = exec;
        this.program = program;
    }

    @Override
    public Integer call() throws IOException {
        if (program.isEmpty()) {
            throw new ParameterException(spec.commandLine(), "a program is missing: export SET -- PROGRAM");
        }
        try (Place place = Place.open(fdstore, set);
                FdSet fds = place.store().getAll(place.name());
                Handover handover = exec.handover(fds.size())) {
            return exec.become(withAll(fds, handover.give(exec.program(program))));
        }
    }

    private Program withAll(FdSet fds, Program program) throws IOException {
        if (fds.size() == 0) {
            throw new IOException(set + ": there are no entries in that set");
        }
        Program all = program;
        for (SetEntry entry :
                fds.names().stream().map(SetEntry::parse).sorted(SetEntry.ORDER).toList()) {
            if (!Program.isListenName(entry.listenName())) {
                throw new IOException(set + "/" + entry.name()
                        + ": LISTEN_FDNAMES cannot hold that name, only printable ASCII without a colon");
            }
            all = all.listen(entry.listenName(), fds.get(entry.name()));
        }
        return all;
    }
}
