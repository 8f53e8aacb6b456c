// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.concurrent.Callable;
import org.fdstorefs.FdEntry;
import org.fdstorefs.FdStore;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

@Command(
        header = "List the entries.",
        description = {"", "One name a line, sorted. Directories in the store are not listed; ls(1) shows them.", ""})
final class LsCommand implements Callable<Integer> {
    private static final String ROW = "%-10s  %-6s  %-21s  %-7s  %-10s  %-20s  %s%n";

    private final PrintStream out;

    @ParentCommand
    private Fdstore fdstore;

    @Option(
            names = {"-l", "--long"},
            description = "also the state, and of what is stored the access (r, w, rw, none, path), the type, the"
                    + " device and inode, and when it was put")
    private boolean details;

    LsCommand(PrintStream out) {
        this.out = out;
    }

    @Override
    public Integer call() throws IOException {
        try (FdStore store = fdstore.open()) {
            if (details) {
                store.list().forEach(this::printRow);
            } else {
                List<String> names = store.names();
                names.forEach(name -> out.println(Printable.of(name)));
            }
        }
        return ExitCode.OK;
    }

    private void printRow(FdEntry entry) {
        Details d = Details.of(entry);
        out.printf(ROW, d.state(), d.access(), d.type(), d.device(), d.inode(), d.putTime(), d.name());
    }
}
