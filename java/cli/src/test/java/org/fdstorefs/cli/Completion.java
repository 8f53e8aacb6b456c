// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Completion for shells: a script of bash, with a table of what each command has.
 *
 * <p>What picocli generates takes any word that is also a command for the command, as in {@code
 * fdstore put get}, and knows neither entries nor programs.
 */
final class Completion {
    private static final String BASH = """
            %s
            complete -F _fdstore fdstore
            """;

    // zsh runs scripts of bash in its own way; a file of this name is a function of this name there.
    private static final String ZSH = """
            #compdef fdstore
            autoload -U +X bashcompinit && bashcompinit
            %s
            _bash_complete -F _fdstore_bash
            """;

    private Completion() {}

    static String bash(CommandLine fdstore) throws IOException {
        return BASH.formatted(script(fdstore));
    }

    static String zsh(CommandLine fdstore) throws IOException {
        return ZSH.formatted(script(fdstore).replace("\n_fdstore()", "\n_fdstore_bash()"));
    }

    private static String script(CommandLine fdstore) throws IOException {
        List<String> names = fdstore.getSubcommands().values().stream()
                .distinct() // one with an alias is there under each of its names
                .map(CommandLine::getCommandSpec)
                .filter(command -> !command.usageMessage().hidden())
                .flatMap(command -> command.names().stream())
                .toList();
        Stream<CommandSpec> commands = Stream.concat(
                Stream.of(fdstore.getCommandSpec()),
                fdstore.getSubcommands().values().stream().distinct().map(CommandLine::getCommandSpec));
        try (InputStream template = Completion.class.getResourceAsStream("completion.sh")) {
            return new String(template.readAllBytes(), UTF_8)
                    .replace("@NAMES@", String.join(" ", names))
                    .replace("@COMMANDS@\n", commands.map(Completion::describe).collect(Collectors.joining()));
        }
    }

    private static String describe(CommandSpec command) {
        String name = command.parent() == null
                ? "''"
                : command.names().stream().sorted().collect(Collectors.joining(" | "));
        List<OptionSpec> options =
                command.options().stream().filter(option -> !option.hidden()).toList();
        String all = options.stream().flatMap(Completion::names).collect(Collectors.joining(" "));
        String values = options.stream()
                .filter(option -> option.arity().max() > 0)
                .flatMap(option -> names(option).map(each -> each + ":" + value(option)))
                .collect(Collectors.joining(" "));
        String arguments = command.positionalParameters().stream()
                .map(argument -> word(argument.paramLabel()))
                .distinct()
                .collect(Collectors.joining(" "));
        return "    %s) options='%s' values='%s' arguments='%s' ;;%n".formatted(name, all, values, arguments);
    }

    private static Stream<String> names(OptionSpec option) {
        return Stream.of(option.names());
    }

    /** The label of what an option takes, or what it is to be one of: {@code =a,b}. */
    private static String value(OptionSpec option) {
        return option.completionCandidates() == null
                ? word(option.paramLabel())
                : StreamSupport.stream(option.completionCandidates().spliterator(), false)
                        .collect(Collectors.joining(",", "=", ""));
    }

    /** What is left of a label that can stand unquoted in the table. */
    private static String word(String label) {
        return label.replaceAll("[^A-Za-z0-9_-].*", "");
    }
}
