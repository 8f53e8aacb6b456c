// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.cli;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.Optional;
import org.fdstorefs.FdStore;
import org.fdstorefs.NotAStoreException;
import org.fdstorefs.internal.ByteStrings;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** What all subcommands have in common: the store. */
@Command(
        name = "fdstore",
        header = "Keep open files in a store of the kernel, and run programs with them.",
        description = {
            "",
            "A store is a mounted fdstorefs. An entry in it is a file that is empty or holds an open"
                    + " file: a socket, a pipe, a device, anything that a file descriptor refers to. It holds"
                    + " the file until somebody takes it, removes the entry, or unmounts the store. ls, cat, mv, rm,"
                    + " chmod and the like work on entries, but mv out of a store writes a description of the"
                    + " entry to the destination, and closes what it held: fdstore mv moves it to another store.",
            "",
        },
        mixinStandardHelpOptions = true,
        scope = ScopeType.INHERIT,
        versionProvider = Fdstore.Version.class,
        synopsisSubcommandLabel = "COMMAND",
        sortOptions = false,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:done",
            "1:failed for another reason",
            "2:wrong usage",
            "3:no entry of that name",
            "4:the entry already holds something, or a store is already mounted there",
            "5:permission denied",
            "6:no store there, or no kernel module",
            "7:timed out",
        },
        footerHeading = "%n",
        footer = {
            "A NAME may also be DIR/NAME, in a directory of the store, or an absolute path. If it begins with a"
                    + " dash, write -- before it, even if a program follows after another --.",
            "Bytes of a name that are not printable are printed as \\ooo, in octal.",
        })
final class Fdstore implements Runnable {
    private static final String DEFAULT_STORE = "/run/fdstore";

    @Spec
    private CommandSpec spec;

    @Option(
            names = {"-s", "--store"},
            paramLabel = "DIR",
            scope = ScopeType.INHERIT,
            description =
                    "the mounted store, or a directory in it" + " (default: $FDSTORE_PATH, else " + DEFAULT_STORE + ")")
    private @Nullable String store;

    // Cli looks for both itself, before anything is parsed.
    @SuppressWarnings("UnusedVariable")
    @Option(
            names = "--json",
            scope = ScopeType.INHERIT,
            description = "print results and errors as JSON, one document per line")
    private boolean json;

    @SuppressWarnings("UnusedVariable")
    @Option(
            names = {"-v", "--verbose"},
            scope = ScopeType.INHERIT,
            description = "report each step, and where an error comes from, on standard error")
    private boolean verbose;

    /** Opens the store. */
    FdStore open() throws IOException {
        return open(path());
    }

    /** Opens another store, or a directory of it. */
    static FdStore open(String directory) throws IOException {
        return open(directory(directory));
    }

    static FdStore open(Path directory) throws IOException {
        try {
            return FdStore.open(directory);
        } catch (NoSuchFileException | NotDirectoryException | NotAStoreException e) {
            throw new NoStoreException(e);
        }
    }

    /** Where the store is, or shall be. */
    Path path() {
        if (store != null) {
            return directory(store);
        }
        String environment = System.getenv("FDSTORE_PATH");
        return Path.of(environment == null || environment.isEmpty() ? DEFAULT_STORE : environment);
    }

    /** The directory of an argument, else as {@link #path()}. */
    Path path(@Nullable String argument) {
        if (argument == null) {
            return path();
        } else if (store != null) {
            throw new UsageException("two directories: " + store + " by -s, and " + argument);
        }
        return directory(argument);
    }

    private static Path directory(String directory) {
        if (directory.isEmpty()) {
            throw new UsageException("the name of the store is empty: name its directory, or leave out -s");
        }
        return ByteStrings.toPath(ByteStrings.encode(directory));
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a command is missing");
    }

    /** The version that the build put into the jar. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"fdstore " + ofJar().orElse("(not built as a jar)")};
        }

        static Optional<String> ofJar() {
            return Optional.ofNullable(Fdstore.class.getPackage().getImplementationVersion());
        }
    }
}
