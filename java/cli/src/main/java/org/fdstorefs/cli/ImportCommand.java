// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.cli;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import org.fdstorefs.Draft;
import org.fdstorefs.Fd;
import org.fdstorefs.internal.ProcessSys;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

@Command(
        header = "Put the descriptors of a service manager into a set.",
        customSynopsis = "fdstore import [-s DIR] [-f] SET [-- PROGRAM [ARGUMENT...]]",
        description = {
            "",
            "Puts the descriptors of LISTEN_FDS into a new directory of the store, which appears when it is complete, as"
                    + " entries named N.FDNAME: the place, and the name from LISTEN_FDNAMES, with %%XX for what an entry's name"
                    + " cannot have. Then fdstore becomes the program, if you name one, with the same descriptors and"
                    + " the same environment. See export.",
            "",
            "  systemd-socket-activate -l 80 --fdname=http fdstore import web -- server",
            "",
        },
        exitCodeListHeading = "%nExit codes without a program; with one, 125 replaces all of them but 0, 126 and 127"
                + " mean that it cannot be run, and any other code is its own:%n")
final class ImportCommand implements Callable<Integer> {
    private final Launch launch;
    private final Descriptors descriptors;
    private final Console console;
    private final List<String> program;

    @ParentCommand
    private Fdstore fdstore;

    @Option(
            names = {"-f", "--replace"},
            description = "replace the set of that name")
    private boolean replace;

    @Parameters(paramLabel = "SET", description = "the directory to make in the store")
    private String set;

    ImportCommand(Launch launch, Console console, List<String> program) {
        this.launch = launch;
        this.descriptors = new Descriptors(launch);
        this.console = console;
        this.program = program;
    }

    @Spec
    void setSpec(CommandSpec spec) {
        if (!program.isEmpty()) {
            spec.exitCodeOnInvalidInput(ExitCode.EXEC_FAILED);
            spec.exitCodeOnExecutionException(ExitCode.EXEC_FAILED);
        }
    }

    @Override
    public Integer call() throws IOException {
        store(ListenFds.of(
                        ProcessSys.system().environment(), ProcessSys.system().getpid())
                .names());
        if (program.isEmpty()) {
            return ExitCode.OK;
        }
        Exec exec = new Exec(launch, console);
        return exec.become(exec.program(program));
    }

    private void store(List<String> names) throws IOException {
        try (Place place = Place.open(fdstore, set);
                Draft draft = place.store().draft(place.name())) {
            for (int i = 0; i < names.size(); i++) {
                try (Fd fd = descriptors.inherited(ListenFds.FIRST + i, ListenFds.NOT_OPEN)) {
                    draft.put(SetEntry.of(i, names.size(), names.get(i)).name(), fd);
                }
            }
            if (replace) {
                draft.commitReplacing();
            } else {
                draft.commit();
            }
            console.log()
                    .step(
                            "imported {} descriptors into {} of {}",
                            names.size(),
                            set,
                            place.store().directory());
        }
    }
}
