// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.cli;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.InvalidPathException;
import java.util.List;
import java.util.concurrent.Callable;
import org.fdstorefs.Fd;
import org.fdstorefs.FdStore;
import org.fdstorefs.internal.ByteStrings;
import org.fdstorefs.internal.Linux;
import org.fdstorefs.internal.Sys;
import org.fdstorefs.internal.SysErrors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

@Command(
        customSynopsis = "fdstore mv [-s DIR] [-f] [--drop-anchor] NAME... DIR",
        header = "Move entries, with what they hold, to another directory or another store.",
        description = {
            "",
            "In another store the entry is new, belongs to you, has mode 0600, and is put as the old one was: with --hangup,"
                    + " --peer and --remove. An anchor cannot be read back or moved: an entry that has one is"
                    + " refused, unless you give --drop-anchor. What cannot be moved stays as it is. Continues after a"
                    + " failure, and exits with the code of the first.",
            "",
            "The system's mv does the same within a store, and only there. To any other file system it copies: it"
                    + " writes the description of the entry to the destination, and removes the entry, which closes"
                    + " what it held.",
            "",
            "  fdstore mv listener connection /run/other",
            "",
        })
final class MvCommand implements Callable<Integer> {
    private final Console console;

    @ParentCommand
    private Fdstore fdstore;

    @Option(
            names = {"-f", "--replace"},
            description = "replace an entry of that name")
    private boolean replace;

    @Option(names = "--drop-anchor", description = "move an entry to another store even without its anchor")
    private boolean dropAnchor;

    @Parameters(paramLabel = "NAME", arity = "2..*", description = "the entries, and last the directory")
    private List<String> arguments;

    MvCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        int first = ExitCode.OK;
        int last = arguments.size() - 1;
        try (FdStore target = Place.directory(fdstore, arguments.get(last))) {
            for (String name : arguments.subList(0, last)) {
                int code = move(name, target);
                first = first == ExitCode.OK ? code : first;
            }
        }
        return first;
    }

    private int move(String name, FdStore target) throws NoStoreException {
        try (Place place = Place.open(fdstore, name)) {
            if (device(place.store()).equals(device(target))) {
                rename(place.store(), place.name(), target);
            } else {
                moveAcross(place.store(), place.name(), target);
            }
            return ExitCode.OK;
        } catch (NoStoreException e) {
            throw e; // the same for all
        } catch (IOException | InvalidPathException e) {
            console.report().failure(e);
            return ExitCode.of(e);
        }
    }

    private static String device(FdStore store) throws IOException {
        return Statx.of(text(store)).device();
    }

    private void rename(FdStore source, String name, FdStore target) throws IOException {
        byte[] from = ByteStrings.encode(text(source) + "/" + name);
        byte[] to = ByteStrings.encode(text(target) + "/" + name);
        int flags = replace ? 0 : Linux.RENAME_NOREPLACE;
        int result = Sys.system().renameat2(Linux.AT_FDCWD, from, Linux.AT_FDCWD, to, flags);
        if (result < 0) {
            throw SysErrors.exception(result, "renameat2", text(source) + "/" + name);
        }
    }

    /** Under another name meanwhile, so that nobody else gets it or replaces it; it is never out of the store. */
    private void moveAcross(FdStore source, String name, FdStore target) throws IOException {
        HowPut how = HowPut.of(source.info(name));
        if (how.anchor().isPresent() && !dropAnchor) {
            throw new FileSystemException(
                    text(source) + "/" + name,
                    null,
                    "its anchor (" + how.anchor().get() + ") cannot be moved: --drop-anchor moves it without one");
        }
        String hidden = ".moving." + ProcessHandle.current().pid() + "." + Long.toHexString(System.nanoTime());
        source.rename(name, hidden);
        try (Fd fd = source.get(hidden)) {
            target.put(name, fd, how.options(replace));
        } catch (Throwable e) {
            putBack(source, hidden, name);
            throw e;
        }
        source.remove(hidden);
    }

    private void putBack(FdStore source, String hidden, String name) {
        try {
            source.rename(hidden, name);
        } catch (IOException e) {
            console.report()
                    .warn("%s/%s: now called %s, since its old name cannot be restored: %s"
                            .formatted(text(source), name, hidden, Report.message(e)));
        }
    }

    private static String text(FdStore store) {
        return ByteStrings.decode(ByteStrings.ofPath(store.directory()));
    }
}
