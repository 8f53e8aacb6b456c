// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.cli;

import java.io.IOException;
import java.util.concurrent.Callable;
import org.fdstorefs.Errno;
import org.fdstorefs.Fd;
import org.fdstorefs.FdStore;
import org.fdstorefs.FdStoreException;
import org.fdstorefs.PutOption;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

@Command(
        header = "Put an open descriptor into an entry.",
        description = {
            "",
            "The entry is made, with mode 0600, if there is none of that name.",
            "",
            "  fdstore put --fd 3 log 3>>/var/log/messages",
            "",
        })
final class PutCommand implements Callable<Integer> {
    private final Launch launch;

    @ParentCommand
    private Fdstore fdstore;

    @Option(
            names = "--fd",
            paramLabel = "N",
            defaultValue = "0",
            description = "the number of the descriptor (default: 0, the standard input)")
    private int fd;

    @Option(
            names = {"-f", "--replace"},
            description = "replace what the entry holds")
    private boolean replace;

    @Parameters(paramLabel = "NAME")
    private String name;

    PutCommand(Launch launch) {
        this.launch = launch;
    }

    @Override
    public Integer call() throws IOException {
        try (FdStore store = fdstore.open();
                Fd file = inherited()) {
            if (replace) {
                store.put(name, file, PutOption.REPLACE);
            } else {
                store.put(name, file);
            }
        }
        return ExitCode.OK;
    }

    private Fd inherited() throws IOException {
        if (!launch.mayHaveInherited(fd)) {
            // Should that number be open, then by the JVM.
            throw new FdStoreException("fd " + fd, Errno.EBADF.number(), "fcntl", "not an open descriptor");
        }
        return Fd.duplicate(fd);
    }
}
