// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.util.concurrent.Callable;
import org.fdstorefs.FdStore;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

@Command(
        header = "Tell what an entry holds.",
        description = {"", "Lines of a word, a colon and a value, with - for what the entry does not have.", ""})
final class InfoCommand implements Callable<Integer> {
    private final PrintStream out;

    @ParentCommand
    private Fdstore fdstore;

    @Parameters(paramLabel = "NAME")
    private String name;

    InfoCommand(PrintStream out) {
        this.out = out;
    }

    @Override
    public Integer call() throws IOException {
        try (FdStore store = fdstore.open()) {
            Details details = Details.of(store.info(name));
            print("name", details.name());
            print("state", details.state());
            print("type", details.type());
            print("access", details.access());
            print("flags", details.flags());
            print("device", details.device());
            print("inode", details.inode());
            print("put", details.putTime());
        }
        return ExitCode.OK;
    }

    private void print(String word, String value) {
        out.printf("%-8s%s%n", word + ":", value);
    }
}
