// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.soak;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.TypeConversionException;

/** What the command lines of this package have in common: options, then {@code --} and the command of a server. */
final class CommandLines {
    private CommandLines() {}

    /** A directory that exists. */
    private static final class Directory implements ITypeConverter<Path> {
        @Override
        public Path convert(String text) {
            Path path = Path.of(text).toAbsolutePath();
            if (!Files.isDirectory(path)) {
                throw new TypeConversionException("'" + text + "' is not a directory");
            }
            return path;
        }
    }

    /** Reads the arguments into options, which picocli makes of an interface. */
    static <T> T parse(Class<T> options, String... args) {
        CommandLine line = new CommandLine(options)
                .setStopAtPositional(true)
                .setUsageHelpAutoWidth(true)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .registerConverter(Path.class, new Directory())
                .registerConverter(Duration.class, text -> Duration.ofSeconds(Integer.parseInt(text)));
        line.parseArgs(args);
        return line.getCommand();
    }

    /** Prints what is wrong, and how the program is used; returns the exit code. */
    static int refuse(ParameterException e) {
        System.err.println(e.getMessage());
        e.getCommandLine().usage(System.err);
        return 2;
    }

    /** Fails with a message if something does not hold. */
    static void require(boolean holds, Class<?> options, String message) {
        if (!holds) {
            throw new ParameterException(new CommandLine(options), message);
        }
    }

    /** The command of a server with its directories. */
    static List<String> serve(List<String> server, Path source, Path mount, Path store) {
        return join(server, "--source", source.toString(), "--mount", mount.toString(), "--store", store.toString());
    }

    /** A command with more arguments. */
    static List<String> join(List<String> command, String... more) {
        return Stream.concat(command.stream(), Stream.of(more)).toList();
    }
}
