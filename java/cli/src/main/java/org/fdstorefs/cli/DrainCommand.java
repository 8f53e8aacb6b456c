// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
        header = "Release everything that a store holds, and seal it.",
        description = {
            "",
            "For the administrator, to end a store that something keeps alive. It stays mounted, empty, and accepts"
                    + " nothing more.",
            "",
            "  fdstore drain 0:52",
            "  fdstore drain /run/fdstore",
            "",
        })
final class DrainCommand implements Callable<Integer> {
    private final Console console;

    @Parameters(paramLabel = "STORE", description = "its device, as the command stores lists it, or a directory in it")
    private String store;

    DrainCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        String device = store;
        if (!store.matches("[0-9]+:[0-9]+")) {
            Fdstore.open(store).close(); // or it is another filesystem, which has a device, too
            device = Statx.of(store).device();
        }
        new LiveStores(Path.of("/")).drain(device);
        console.log().step("drained {}", device);
        return ExitCode.OK;
    }
}
