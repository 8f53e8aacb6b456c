// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.cli;

import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.List;
import java.util.concurrent.Callable;
import org.fdstorefs.Errno;
import org.fdstorefs.FdStore;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

@Command(
        header = "Remove entries, and release what they hold.",
        description = {
            "",
            "Continues after a failure, and exits with the code of the first.",
            "",
            "  fdstore rm log",
            "  fdstore rm -r web           a set, as import makes it",
            "  fdstore rm --empty          what emptied itself, or was taken",
            "",
        })
final class RmCommand implements Callable<Integer> {
    private final Console console;

    @Spec
    private CommandSpec spec;

    @ParentCommand
    private Fdstore fdstore;

    @Option(
            names = {"-f", "--force"},
            description = "ignore names that do not exist")
    private boolean force;

    @Option(
            names = {"-r", "--recursive"},
            description =
                    "remove directories, too, with all that is in them: another program gets such a set whole or not at all")
    private boolean recursive;

    @Option(
            names = "--empty",
            description = "remove the empty entries of each named directory, or of the store, except"
                    + " those of which somebody holds a lease (flock)")
    private boolean empty;

    @Parameters(paramLabel = "NAME", arity = "0..*", description = "an entry; with --empty, a directory in the store")
    private @Nullable List<String> arguments;

    RmCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        List<String> names = arguments == null ? List.of() : arguments;
        if (empty && recursive) {
            throw new ParameterException(spec.commandLine(), "--empty and --recursive exclude each other");
        } else if (names.isEmpty()) {
            if (!empty) {
                throw new ParameterException(spec.commandLine(), "a name is missing: rm NAME...");
            }
            try (FdStore store = fdstore.open()) {
                sweep(store);
            }
        }
        int first = ExitCode.OK;
        for (String name : names) {
            int code = remove(name);
            first = first == ExitCode.OK ? code : first;
        }
        return first;
    }

    private void sweep(FdStore store) throws IOException {
        console.log().step("removed {} from {}", store.removeEmpty(), store.directory());
    }

    private int remove(String name) throws NoStoreException {
        try {
            return empty ? sweep(name) : removeOne(name);
        } catch (NoStoreException e) {
            throw e; // the same for all
        } catch (NoSuchFileException e) {
            if (!force) {
                console.report().failure(e);
            }
            return force ? ExitCode.OK : ExitCode.NO_SUCH_NAME;
        } catch (IOException | InvalidPathException e) {
            if (Errno.of(e).orElse(Errno.EIO) == Errno.EISDIR) {
                console.report().warn(name + ": a directory: fdstore rm -r removes it, with all that is in it");
                return ExitCode.FAILED;
            }
            console.report().failure(e);
            return ExitCode.of(e);
        }
    }

    private int sweep(String directory) throws IOException {
        try (FdStore store = Place.directory(fdstore, directory)) {
            sweep(store);
        }
        return ExitCode.OK;
    }

    private int removeOne(String name) throws IOException {
        try (Place place = Place.open(fdstore, name)) {
            if (removed(place) || force) {
                return ExitCode.OK;
            }
            console.report().warn(place.store().directory() + "/" + place.name() + ": no such entry");
            return ExitCode.NO_SUCH_NAME;
        }
    }

    private boolean removed(Place place) throws IOException {
        if (recursive) {
            try {
                return place.store().removeChild(place.name());
            } catch (NotDirectoryException e) {
                return place.store().remove(place.name());
            }
        }
        return place.store().remove(place.name());
    }
}
