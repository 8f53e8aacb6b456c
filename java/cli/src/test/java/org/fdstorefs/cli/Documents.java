// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.codegen.docgen.manpage.ManPageGenerator;

/**
 * Writes what describes the program to others than the JVM, from its own description: {@code
 * Documents VERSION MANUAL SHARE}. The sources of the manual pages go to the first directory, completion for
 * shells to where they look for it in the second, and the specification of a device for container engines.
 */
public final class Documents {
    private Documents() {}

    public static void main(String[] args) throws IOException {
        CommandLine fdstore = fdstore();
        writeManual(args[0], fdstore.getCommandSpec(), Files.createDirectories(Path.of(args[1])));
        Path share = Path.of(args[2]);
        write(share.resolve("bash-completion/completions/fdstore"), Completion.bash(fdstore));
        write(share.resolve("zsh/site-functions/_fdstore"), Completion.zsh(fdstore));
        write(share.resolve("fdstore/cdi/fdstorefs.json"), CdiCommand.text(CdiSpec.installed()));
    }

    static CommandLine fdstore() {
        Output nowhere = new Output(OutputStream.nullOutputStream());
        return new Cli(new Launch(Optional.empty(), 0, 0), nowhere, nowhere.stream()).commandLine();
    }

    private static void writeManual(String version, CommandSpec command, Path directory) throws IOException {
        write(directory.resolve(page(command) + ".adoc"), manual(version, command));
        for (CommandLine subcommand : command.subcommands().values()) {
            writeManual(version, subcommand.getCommandSpec(), directory);
        }
    }

    /** The source of a page, in AsciiDoc. */
    static String manual(String version, CommandSpec command) {
        StringWriter text = new StringWriter();
        ManPageGenerator.writeSingleManPage(new PrintWriter(text), command);
        Stream<String> others = command.parent() == null
                ? command.subcommands().values().stream().map(each -> page(each.getCommandSpec()))
                : Stream.of(page(command.parent()));
        return text.toString()
                        .replaceAll("(?m)^:(revnumber|mansource): .*", ":$1: fdstore " + version)
                        .replaceFirst("(?m)^:manmanual: .*", ":manmanual: User Commands")
                        .replaceFirst("(?m)^== +Exit codes:", "== Exit status")
                        .replaceFirst("(?m)^== Footer", "== Notes")
                        // Not a dash: it ends the options.
                        .replaceAll("(?m)^(\\S.*) -- ", "$1 \\\\-- ")
                + others.distinct()
                        .map("*%s*(1)"::formatted)
                        .collect(Collectors.joining(", ", "%n== See also%n%n".formatted(), "%n".formatted()));
    }

    private static String page(CommandSpec command) {
        return command.qualifiedName("-");
    }

    private static void write(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }
}
