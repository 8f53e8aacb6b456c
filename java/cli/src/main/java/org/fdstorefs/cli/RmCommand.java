// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.cli;

import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

@Command(
        header = "Remove entries, and release what they hold.",
        description = {
            "",
            "Goes on after a failure, and exits with the code of the first. A directory in the store, as import makes it, is"
                    + " removed by rm -r.",
            ""
        })
final class RmCommand implements Callable<Integer> {
    private final Console console;

    @ParentCommand
    private Fdstore fdstore;

    @Option(
            names = {"-f", "--force"},
            description = "a name that is not there is no failure")
    private boolean force;

    @Parameters(paramLabel = "NAME", arity = "1..*")
    private List<String> names;

    RmCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws NoStoreException {
        int first = ExitCode.OK;
        for (String name : names) {
            int code = remove(name);
            first = first == ExitCode.OK ? code : first;
        }
        return first;
    }

    private int remove(String name) throws NoStoreException {
        try (Place place = Place.open(fdstore, name)) {
            if (place.store().remove(place.name()) || force) {
                return ExitCode.OK;
            }
            console.report().warn(place.store().directory() + "/" + place.name() + ": no such entry");
            return ExitCode.NO_SUCH_NAME;
        } catch (NoStoreException e) {
            throw e; // the same for all
        } catch (NoSuchFileException e) {
            if (!force) {
                console.report().failure(e);
            }
            return force ? ExitCode.OK : ExitCode.NO_SUCH_NAME;
        } catch (IOException | InvalidPathException e) {
            console.report().failure(e);
            return ExitCode.of(e);
        }
    }
}
