// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.fdstorefs.FdStore;
import org.fdstorefs.UnmountOption;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

@Command(
        header = "Unmount a store, and release what it holds.",
        description = {"", "Unmounts what is mounted on the directory that -s, $FDSTORE_PATH or the default names.", ""
        })
final class UmountCommand implements Callable<Integer> {
    private final Console console;

    @ParentCommand
    private Fdstore fdstore;

    @Option(
            names = {"-f", "--force"},
            description = "release everything at once, even if the store is in use; it then stays mounted, empty")
    private boolean force;

    @Option(
            names = {"-l", "--lazy"},
            description = "out of sight now; what it holds is released when its last user is gone")
    private boolean lazy;

    UmountCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        fdstore.open().close(); // or it is another filesystem, which is not ours to unmount
        List<UnmountOption> options = new ArrayList<>();
        if (force) {
            options.add(UnmountOption.FORCE);
        }
        if (lazy) {
            options.add(UnmountOption.LAZY);
        }
        FdStore.unmount(fdstore.path(), options.toArray(UnmountOption[]::new));
        console.log().step("unmounted {}", fdstore.path());
        return ExitCode.OK;
    }
}
