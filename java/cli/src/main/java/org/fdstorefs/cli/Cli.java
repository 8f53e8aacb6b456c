// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.UnmatchedArgumentException;

/** The command line: finds the subcommand, runs it, and reports what went wrong. */
final class Cli {
    /** The subcommands that run a program after {@code --}, whose options are not ours. */
    private static final Set<String> WITH_PROGRAM = Set.of("get", "take", "import", "export", "fuse");

    /** Other names of subcommands; their classes declare them to picocli. */
    private static final Map<String, String> ALIASES = Map.of("exec", "get");

    /** strerror(3) of EPIPE, which is all that the JDK reports. */
    private static final String BROKEN_PIPE = "Broken pipe";

    private final Launch launch;
    private final Output out;
    private final PrintStream err;

    Cli(Launch launch, Output out, PrintStream err) {
        this.launch = launch;
        this.out = out;
        this.err = err;
    }

    /** Runs the command, and returns the exit code. */
    int run(List<String> args) {
        Arguments arguments = Arguments.of(args, WITH_PROGRAM, ALIASES);
        if (arguments.subcommand().equals(HelpCommand.NAME)) {
            arguments = help(args, arguments);
        }
        Console console = console(arguments);
        CommandLine commandLine = commandLine(arguments, console);
        int code = commandLine.execute(arguments.own().toArray(String[]::new));
        Optional<IOException> unwritten = out.finish();
        if (unwritten.isPresent()) {
            reportUnwritten(unwritten.get(), console.report());
            code = code == ExitCode.OK ? ExitCode.FAILED : code;
        }
        err.flush();
        return code;
    }

    /** The arguments that {@code help} asks for; for an unknown command, those of the command itself. */
    private Arguments help(List<String> args, Arguments arguments) {
        if (args.size() == 2 && HelpCommand.isAsked(args)) {
            return arguments; // of help itself
        }
        Arguments about = Arguments.of(HelpCommand.leftOut(args), WITH_PROGRAM, ALIASES);
        boolean known = about.subcommand().isEmpty()
                || subcommands(List.of(), console(arguments)).containsKey(about.subcommand());
        return known ? Arguments.of(HelpCommand.asOption(args), WITH_PROGRAM, ALIASES) : about;
    }

    private Console console(Arguments arguments) {
        Log log = new Log(arguments.verbose());
        Report report = new Report(err, arguments.json(), log);
        return new Console(out.stream(), report, log, arguments.json());
    }

    /** A reader that has closed the pipe wants no more output, and no complaint. */
    private static void reportUnwritten(IOException e, Report report) {
        if (!BROKEN_PIPE.equals(e.getMessage())) {
            report.warn("standard output: cannot be written: " + e.getMessage());
        }
    }

    private Map<String, Supplier<Object>> subcommands(List<String> program, Console console) {
        Map<String, Supplier<Object>> all = new LinkedHashMap<>();
        all.put("put", () -> new PutCommand(launch, console));
        all.put("get", () -> new GetCommand(new Exec(launch, console), program));
        all.put("take", () -> new TakeCommand(new Exec(launch, console), program, console));
        all.put("import", () -> new ImportCommand(launch, console, program));
        all.put("export", () -> new ExportCommand(new Exec(launch, console), program));
        all.put("ls", () -> new LsCommand(console));
        all.put("info", () -> new InfoCommand(console));
        all.put("mv", () -> new MvCommand(console));
        all.put("rm", () -> new RmCommand(console));
        all.put("wait", () -> new WaitCommand(console));
        all.put("mount", () -> new MountCommand(launch, console));
        all.put("umount", () -> new UmountCommand(console));
        all.put("stores", () -> new StoresCommand(console));
        all.put("drain", () -> new DrainCommand(console));
        all.put("cdi", () -> new CdiCommand(console));
        all.put("fuse", () -> new FuseCommand(console, program));
        all.put("doctor", () -> new DoctorCommand(console));
        all.put(HelpCommand.NAME, HelpCommand::new);
        return all;
    }

    /** The command with all its subcommands, for what describes it: manual pages, completion. */
    CommandLine commandLine() {
        Arguments none = Arguments.of(List.of(), WITH_PROGRAM, ALIASES);
        return commandLine(none, console(none));
    }

    /** Declaring only the named subcommand to picocli halves the time to start. */
    private CommandLine commandLine(Arguments arguments, Console console) {
        CommandLine commandLine = new CommandLine(new Fdstore());
        Map<String, Supplier<Object>> all = subcommands(arguments.program(), console);
        boolean known = all.containsKey(arguments.subcommand());
        all.forEach((name, command) -> {
            if (!known || name.equals(arguments.subcommand())) {
                commandLine.addSubcommand(name, command.get());
            }
        });
        Numbers.register(commandLine);
        return commandLine
                .setExpandAtFiles(false)
                .setColorScheme(CommandLine.Help.defaultColorScheme(Ansi.OFF))
                .setOut(new PrintWriter(out.stream(), true, UTF_8))
                .setErr(new PrintWriter(err, true, UTF_8))
                .setParameterExceptionHandler((e, args) -> usageError(e, console.report()))
                .setExecutionExceptionHandler((e, failed, parsed) -> failure(e, failed, console.report()));
    }

    private static int usageError(CommandLine.ParameterException e, Report report) {
        CommandLine failed = e.getCommandLine();
        String message = failed.getParent() == null
                        && e instanceof UnmatchedArgumentException unmatched
                        && !unmatched.isUnknownOption()
                ? "no such command: " + unmatched.getUnmatched().get(0)
                : Report.message(e);
        report.usage(message, failed.getCommandSpec().qualifiedName());
        return failed.getCommandSpec().exitCodeOnInvalidInput();
    }

    private static int failure(Exception e, CommandLine failed, Report report) {
        report.failure(e);
        int always = failed.getCommandSpec().exitCodeOnExecutionException();
        return always == ExitCode.FAILED ? ExitCode.of(e) : always;
    }
}
