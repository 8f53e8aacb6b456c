// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.cli;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.fdstorefs.Fd;
import org.fdstorefs.PutOption;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

@Command(
        header = "Put an open descriptor into an entry.",
        description = {
            "",
            "Makes the entry, with mode 0600, if there is none of that name.",
            "",
            "  fdstore put --fd 3 log 3>>/var/log/messages",
            "  fdstore put --open /dev/fuse --access rw connection",
            "  fdstore put --pid 4711 --pid-fd 5 rescued",
            "  fdstore put --peer --remove --fd 4 connection",
            "  fdstore put --expire 90 ticket <ticket",
            "",
            "An entry that empties itself, by --hangup, --peer, an anchor or --expire, releases the file as it is: data"
                    + " that nobody has read yet is lost. The entry keeps its name, which counts"
                    + " against the size of the store, unless you give --remove.",
            "",
        })
final class PutCommand implements Callable<Integer> {
    private final Descriptors descriptors;
    private final Console console;

    @Spec
    private CommandSpec spec;

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
            description = "empty the entry once what it holds hangs up (POLLHUP, POLLERR): the peer of a Unix socket is"
                    + " gone, the other end of a pipe is closed, a FUSE file system is unmounted, a TCP connection is"
                    + " reset or closed in both directions. Not seen: a TCP peer that closes as usual")
    private boolean hangup;

    @Option(
            names = "--peer",
            description = "as --hangup, and also once the peer of a socket sends no more (POLLRDHUP): it has closed it,"
                    + " as a TCP peer does by close(2), or its sending direction alone, by shutdown(2)")
    private boolean peer;

    @Option(
            names = "--remove",
            description = "when the entry empties itself, remove its name, too; needs --hangup, --peer, an anchor or"
                    + " --expire")
    private boolean remove;

    @Option(
            names = {"-p", "--parents"},
            description = "make missing directories of NAME")
    private boolean parents;

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
        if (remove && !hangup && !peer && !anchor.isAsked()) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--remove needs an option that empties the entry: --hangup, --peer, --anchor-fd,"
                            + " --anchor-pid or --expire");
        }
        Optional<Fd> anchorFd = anchor.open(descriptors);
        try (Fd file = source.open(descriptors);
                Place place = place()) {
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
        return ExitCode.OK;
    }

    private Place place() throws IOException {
        if (parents) {
            return Place.make(fdstore, name);
        }
        try {
            return Place.open(fdstore, name);
        } catch (NoSuchFileException e) {
            throw missing(e, "no such directory in the store");
        } catch (NoStoreException e) {
            // An absolute path, whose directory may be missing in a store.
            if (name.lastIndexOf('/') > 0 && e.getCause() instanceof NoSuchFileException cause && isBelowStore(name)) {
                throw missing(cause, "no such directory in the store");
            }
            throw e;
        }
    }

    private static NoSuchFileException missing(NoSuchFileException cause, String what) {
        NoSuchFileException exception = new NoSuchFileException(cause.getFile(), null, what + ": put -p makes it");
        exception.initCause(cause);
        return exception;
    }

    private static boolean isBelowStore(String path) throws IOException {
        for (int slash = path.lastIndexOf('/'); slash > 0; slash = path.lastIndexOf('/', slash - 1)) {
            try {
                Fdstore.open(path.substring(0, slash)).close();
                return true;
            } catch (NoStoreException e) {
                if (!(e.getCause() instanceof NoSuchFileException)) {
                    return false;
                }
            }
        }
        return false;
    }

    private PutOption[] options(Optional<Fd> anchorFd) {
        List<PutOption> options = new ArrayList<>();
        if (replace) {
            options.add(PutOption.REPLACE);
        }
        if (hangup) {
            options.add(PutOption.HANGUP);
        }
        if (peer) {
            options.add(PutOption.PEER);
        }
        if (remove) {
            options.add(PutOption.REMOVE);
        }
        anchorFd.ifPresent(fd -> options.add(PutOption.anchor(fd)));
        return options.toArray(PutOption[]::new);
    }
}
