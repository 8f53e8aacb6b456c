// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.fdstorefs.Fd;
import org.fdstorefs.PutOption;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
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
            "  fdstore put --open /dev/fuse --access rw connection",
            "  fdstore put --pid 4711 --pid-fd 5 rescued",
            "",
        })
final class PutCommand implements Callable<Integer> {
    private final Descriptors descriptors;
    private final Console console;

    @ParentCommand
    private Fdstore fdstore;

    @Mixin
    private SourceOptions source;

    @Option(
            names = {"-f", "--replace"},
            description = "replace what the entry holds")
    private boolean replace;

    @Option(
            names = "--hangup",
            description = "empty the entry once what it holds hangs up: the peer of a socket or pipe is gone, a FUSE"
                    + " file system is unmounted")
    private boolean hangup;

    @Mixin
    private AnchorOptions anchor;

    @Parameters(paramLabel = "NAME")
    private String name;

    PutCommand(Launch launch, Console console) {
        this.descriptors = new Descriptors(launch);
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        try (Fd file = source.open(descriptors);
                Place place = Place.open(fdstore, name)) {
            Optional<Fd> anchorFd = anchor.open(descriptors);
            try {
                place.store().put(place.name(), file, options(anchorFd));
                console.log()
                        .step(
                                "put {} into {} of {}",
                                file,
                                place.name(),
                                place.store().directory());
            } finally {
                if (anchorFd.isPresent()) {
                    anchorFd.get().close();
                }
            }
        }
        return ExitCode.OK;
    }

    private PutOption[] options(Optional<Fd> anchorFd) {
        List<PutOption> options = new ArrayList<>();
        if (replace) {
            options.add(PutOption.REPLACE);
        }
        if (hangup) {
            options.add(PutOption.HANGUP);
        }
        anchorFd.ifPresent(fd -> options.add(PutOption.anchor(fd)));
        return options.toArray(PutOption[]::new);
    }
}
