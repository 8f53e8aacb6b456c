// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.cli;

import java.io.IOException;
import java.util.concurrent.Callable;
import org.fdstorefs.FdEntry;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

@Command(
        header = "Show what an entry holds.",
        description = {
            "",
            "Prints lines of a word, a colon and a value, with - for what the entry does not have; with --json an object"
                    + " as in the list of ls. The last four say when the entry empties itself: the options of put,"
                    + " --hangup, --peer and --remove, and the kind of anchor.",
            "",
        })
final class InfoCommand implements Callable<Integer> {
    private final Console console;

    @ParentCommand
    private Fdstore fdstore;

    @Parameters(paramLabel = "NAME")
    private String name;

    InfoCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        try (Place place = Place.open(fdstore, name)) {
            FdEntry entry = place.store().info(place.name());
            if (console.json()) {
                console.out().println(Json.of(EntryDocument.of(entry)));
                return ExitCode.OK;
            }
            Details details = Details.of(entry);
            print("name", details.name());
            print("state", details.state());
            print("type", details.type());
            print("access", details.access());
            print("flags", details.flags());
            print("device", details.device());
            print("inode", details.inode());
            print("put", details.putTime());
            HowPut how = HowPut.of(entry);
            print("hangup", how.hangup() ? "yes" : "-");
            print("peer", how.peer() ? "yes" : "-");
            print("remove", how.remove() ? "yes" : "-");
            print("anchor", Printable.of(how.anchor().orElse("-")));
        }
        return ExitCode.OK;
    }

    private void print(String word, String value) {
        console.out().printf("%-8s%s%n", word + ":", value);
    }
}
