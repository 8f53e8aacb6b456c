// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.cli;

import java.io.PrintStream;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.fdstorefs.internal.Sys;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.UnmatchedArgumentException;

/** The command line: finds the subcommand, runs it, and reports what went wrong. */
final class Cli {
    private static final String END_OF_OPTIONS = "--";

    /** The subcommands with a program to run behind {@code --}, whose options are not ours. */
    private static final Set<String> WITH_PROGRAM = Set.of("get", "take");

    private final Sys sys;
    private final Launch launch;
    private final PrintStream out;
    private final PrintStream err;

    Cli(Sys sys, Launch launch, PrintStream out, PrintStream err) {
        this.sys = sys;
        this.launch = launch;
        this.out = out;
        this.err = err;
    }

    /** Runs the command; returns what to exit with. */
    int run(List<String> args) {
        String subcommand = subcommand(args);
        int split = WITH_PROGRAM.contains(subcommand) ? args.indexOf(END_OF_OPTIONS) : -1;
        List<String> own = split < 0 ? args : args.subList(0, split);
        List<String> program = split < 0 ? List.of() : args.subList(split + 1, args.size());

        int code = commandLine(subcommand, program).execute(own.toArray(String[]::new));
        out.flush();
        return code == ExitCode.OK && out.checkError() ? ExitCode.FAILED : code;
    }

    private Map<String, Supplier<Object>> subcommands(List<String> program) {
        Map<String, Supplier<Object>> all = new LinkedHashMap<>();
        all.put("put", () -> new PutCommand(launch));
        all.put("get", () -> new GetCommand(new Exec(sys, launch, this::warn), program));
        all.put("take", () -> new TakeCommand(new Exec(sys, launch, this::warn), program, this::warn));
        all.put("ls", () -> new LsCommand(out));
        all.put("info", () -> new InfoCommand(out));
        all.put("rm", () -> new RmCommand(this::warn));
        return all;
    }

    /**
     * The subcommand that the arguments name, or "". Telling picocli of that one alone halves the
     * time to start.
     */
    private String subcommand(List<String> args) {
        int i = 0;
        while (i < args.size() && args.get(i).startsWith("-")) {
            String arg = args.get(i);
            if (arg.equals("-s") || arg.equals("--store")) {
                i += 2;
            } else if (arg.startsWith("-s") || arg.startsWith("--store=")) {
                i++;
            } else {
                return "";
            }
        }
        String word = i < args.size() ? args.get(i) : "";
        return subcommands(List.of()).containsKey(word) ? word : "";
    }

    /** The command with all its subcommands, for what describes it: manual pages, completion. */
    CommandLine commandLine() {
        return commandLine("", List.of());
    }

    private CommandLine commandLine(String subcommand, List<String> program) {
        CommandLine commandLine = new CommandLine(new Fdstore());
        subcommands(program).forEach((name, command) -> {
            if (subcommand.isEmpty() || subcommand.equals(name)) {
                commandLine.addSubcommand(name, command.get());
            }
        });
        return commandLine
                .setExpandAtFiles(false)
                .setColorScheme(CommandLine.Help.defaultColorScheme(Ansi.OFF))
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .setParameterExceptionHandler((e, args) -> usageError(e))
                .setExecutionExceptionHandler((e, failed, parsed) -> failure(e, failed));
    }

    private int usageError(CommandLine.ParameterException e) {
        CommandLine failed = e.getCommandLine();
        if (failed.getParent() == null
                && e instanceof UnmatchedArgumentException unmatched
                && !unmatched.isUnknownOption()) {
            warn("no such command: " + unmatched.getUnmatched().get(0));
        } else {
            warn(e.getMessage());
        }
        err.println("Try '" + failed.getCommandSpec().qualifiedName() + " --help'.");
        return failed.getCommandSpec().exitCodeOnInvalidInput();
    }

    private int failure(Exception e, CommandLine failed) {
        warn(e.getMessage());
        int always = failed.getCommandSpec().exitCodeOnExecutionException();
        return always == ExitCode.FAILED ? ExitCode.of(e) : always;
    }

    private void warn(String message) {
        err.println("fdstore: " + Printable.of(message));
        err.flush();
    }
}
