// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.fdstorefs.FdEntry;
import org.fdstorefs.FdStore;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

@Command(
        header = "List the entries.",
        description = {
            "",
            "Prints one name per line, sorted; directories come last, with a / after the name.",
            "",
            "With --json it prints a list of objects: name, state (empty, filled, unreadable, directory), and for filled"
                    + " entries type, access, flags, device, inode, put_time.",
            "",
        })
final class LsCommand implements Callable<Integer> {
    private static final String ROW = "%-10s  %-6s  %-21s  %-7s  %-10s  %-20s  %s%n";

    private final Console console;

    @ParentCommand
    private Fdstore fdstore;

    @Option(
            names = {"-l", "--long"},
            description = "also print the state, and of what is stored the access (r, w, rw, none, path), the type, the"
                    + " device and inode, and when it was put")
    private boolean details;

    @Parameters(paramLabel = "SUBDIR", arity = "0..1", description = "a directory in the store, as import makes it")
    private @Nullable String directory;

    LsCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        try (FdStore store = open()) {
            if (console.json()) {
                console.out().println(Json.of(documents(store)));
            } else if (details) {
                store.list().forEach(this::printRow);
                store.children().forEach(this::printDirectoryRow);
            } else {
                store.names().forEach(name -> console.out().println(Printable.of(name)));
                store.children().forEach(name -> console.out().println(Printable.of(name) + "/"));
            }
        }
        return ExitCode.OK;
    }

    private FdStore open() throws IOException {
        return directory == null ? fdstore.open() : Place.directory(fdstore, directory);
    }

    private static List<Object> documents(FdStore store) throws IOException {
        List<Object> documents = new ArrayList<>();
        store.list().forEach(entry -> documents.add(EntryDocument.of(entry)));
        store.children().forEach(name -> documents.add(EntryDocument.ofDirectory(name)));
        return documents;
    }

    private void printRow(FdEntry entry) {
        Details d = Details.of(entry);
        console.out().printf(ROW, d.state(), d.access(), d.type(), d.device(), d.inode(), d.putTime(), d.name());
    }

    private void printDirectoryRow(String name) {
        console.out().printf(ROW, "directory", "-", "-", "-", "-", "-", Printable.of(name) + "/");
    }
}
