// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.cli;

import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.fdstorefs.FdStore;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

@Command(
        header = "Remove entries, and release what they hold.",
        description = {"", "Goes on after a failure, and exits with the code of the first.", ""})
final class RmCommand implements Callable<Integer> {
    private final Consumer<String> warn;

    @ParentCommand
    private Fdstore fdstore;

    @Parameters(paramLabel = "NAME", arity = "1..*")
    private List<String> names;

    RmCommand(Consumer<String> warn) {
        this.warn = warn;
    }

    @Override
    public Integer call() throws IOException {
        try (FdStore store = fdstore.open()) {
            int first = ExitCode.OK;
            for (String name : names) {
                int code = remove(store, name);
                first = first == ExitCode.OK ? code : first;
            }
            return first;
        }
    }

    private int remove(FdStore store, String name) {
        try {
            if (store.remove(name)) {
                return ExitCode.OK;
            }
            warn.accept(store.directory() + "/" + name + ": no such entry");
            return ExitCode.NO_SUCH_NAME;
        } catch (IOException | InvalidPathException e) {
            warn.accept(e.getMessage());
            return ExitCode.of(e);
        }
    }
}
