// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;

@Command(
        header = "List every store of this host.",
        description = {
            "",
            "For the administrator. Prints for each store its device, the owner of its root directory, how many names it has"
                    + " and may have, how many entries are filled, its anchor, whether it is sealed, and where it is"
                    + " mounted, with the name that it was given (mount --source) in brackets. A mount in a container is shown with a process that sees it, and with the name in that"
                    + " process's control group. A store that is mounted nowhere is kept alive by an open file, or by a"
                    + " namespace without processes.",
            "",
            "With --json it prints a list of objects: device, owner, used, max, filled, closing, anchor, sealed, and mounts,"
                    + " each with mount_point, pid, container and source.",
            "",
        })
final class StoresCommand implements Callable<Integer> {
    private static final String ROW = "%-8s  %-10s  %11s  %6s  %-6s  %-6s  %s%n";
    private static final Path ROOT = Path.of("/");

    private final Console console;

    StoresCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        List<LiveStore> stores = new LiveStores(ROOT).list(new StoreMounts(ROOT));
        if (console.json()) {
            console.out()
                    .println(Json.of(stores.stream().map(LiveStore::document).toList()));
        } else {
            console.out().printf(ROW, "DEVICE", "OWNER", "USED/MAX", "FILLED", "ANCHOR", "SEALED", "MOUNTED AT");
            stores.forEach(this::print);
        }
        return ExitCode.OK;
    }

    private void print(LiveStore store) {
        String places = store.mounts().stream().map(StoreMount::toString).collect(Collectors.joining(", "));
        console.out()
                .printf(
                        ROW,
                        store.device(),
                        store.value("owner"),
                        store.value("used") + "/" + store.value("max"),
                        store.value("filled"),
                        store.anchor().orElse("-"),
                        store.isSealed() ? "yes" : "no",
                        places.isEmpty() ? "-" : places);
    }
}
