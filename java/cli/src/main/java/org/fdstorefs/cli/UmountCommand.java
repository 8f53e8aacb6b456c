// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.fdstorefs.FdStore;
import org.fdstorefs.UnmountOption;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

@Command(
        header = "Unmount a store, and release what it holds.",
        description = {
            "",
            "Unmounts the store on DIR, or on the directory named by -s, $FDSTORE_PATH or the default.",
            ""
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
            description = "hide it now; what it holds is released when its last user is gone")
    private boolean lazy;

    @Parameters(paramLabel = "DIR", arity = "0..1", description = "where the store is mounted")
    private @Nullable String directory;

    UmountCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        Path target = fdstore.path(directory);
        Fdstore.open(target).close(); // or it is another filesystem, which is not ours to unmount
        List<UnmountOption> options = new ArrayList<>();
        if (force) {
            options.add(UnmountOption.FORCE);
        }
        if (lazy) {
            options.add(UnmountOption.LAZY);
        }
        FdStore.unmount(target, options.toArray(UnmountOption[]::new));
        console.log().step("unmounted {}", target);
        return ExitCode.OK;
    }
}
