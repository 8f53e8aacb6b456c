// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.cli;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Stands in the list of commands: {@link Cli} makes {@code COMMAND --help} of {@code help COMMAND}, before it runs. */
@Command(
        header = "Show the help of a command.",
        description = {"", "The same as COMMAND --help; without a command, the same as --help.", ""})
final class HelpCommand implements Runnable {
    static final String NAME = "help";

    @SuppressWarnings("UnusedVariable")
    @Parameters(paramLabel = "COMMAND", arity = "0..1", description = "the command")
    private @Nullable String command;

    /** The arguments without this command. */
    static List<String> leftOut(List<String> args) {
        List<String> rest = new ArrayList<>(args);
        rest.remove(NAME);
        return rest;
    }

    /** The arguments that ask for the same by an option. */
    static List<String> asOption(List<String> args) {
        List<String> changed = leftOut(args);
        if (!isAsked(changed)) {
            changed.add("--help");
        }
        return changed;
    }

    /** Whether there is such an option already. */
    static boolean isAsked(List<String> args) {
        return args.contains("-h") || args.contains("--help");
    }

    @Override
    public void run() {
        throw new AssertionError("help is an option by now");
    }
}
