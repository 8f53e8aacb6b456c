// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.fdstorefs.fuse.Identity;
import org.fdstorefs.fuse.Replay;
import org.fdstorefs.guard.Guard;
import org.fdstorefs.guard.GuardControl;
import org.fdstorefs.guard.GuardListener;
import org.fdstorefs.guard.GuardOptions;
import org.fdstorefs.guard.backend.Server;
import org.fdstorefs.guard.backend.Servers;
import org.fdstorefs.guard.backend.Support;
import org.fdstorefs.guard.backend.Way;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

@Command(
        header = "Keep a FUSE mount alive while its server crashes or is replaced.",
        customSynopsis = "fdstore fuse [-s DIR] --mount DIR [OPTION...] -- SERVER [ARGUMENT...] {}",
        description = {
            "",
            "Mounts a file system, and starts any FUSE server for it, on a socket in place of /dev/fuse. Write {} where the"
                    + " server expects its mount point. When the server ends, fdstore starts another one and gives it"
                    + " the state of the first; requests wait meanwhile, and no program that uses the mount notices."
                    + " fdstore itself may be killed, too: run the same command again, or have another one wait with"
                    + " --standby. It ends when the file system is unmounted.",
            "",
            "Use the store, or the directory in a store, for this mount alone.",
            "",
            "  fdstore fuse -s /run/fdstore/data --mount /mnt/data -- sshfs -f host:/data {}",
            "",
        })
final class FuseCommand implements Callable<Integer> {
    private final Console console;
    private final List<String> program;

    @Spec
    private CommandSpec spec;

    @ParentCommand
    private Fdstore fdstore;

    @Option(names = "--status", description = "print as JSON what the guard of the store does")
    private boolean status;

    @Option(
            names = "--restart",
            description = "end the server and start another one, for instance after an upgrade; nobody notices")
    private boolean restart;

    @Option(names = "--give-up", description = "answer waiting requests with EIO, because no server starts any more")
    private boolean giveUp;

    @Option(names = "--mount", paramLabel = "DIR", description = "where to mount the file system")
    private @Nullable Path mount;

    @Option(names = "--standby", description = "wait for a mount whose guard ends, and do nothing if there is none")
    private boolean standby;

    @Option(
            names = "--supervise",
            description =
                    "start the guard again when it dies, until the file system is unmounted. A shell does that, which"
                            + " takes next to no memory and may be killed, too")
    private boolean supervise;

    @Option(
            names = "--workers",
            paramLabel = "N",
            description = "how many requests to handle at the same time, 1 to 64 (default: 16)")
    private @Nullable Integer workers;

    @Option(
            names = "--way",
            paramLabel = "WAY",
            description = "how the server gets the socket: descriptor (as /dev/fd/N) or mount (its mount(2) is caught)"
                    + " (default: what is known of the server, else mount)")
    private @Nullable String way;

    @Option(
            names = "--write-log",
            paramLabel = "yes|no",
            description = "keep data until the server has flushed them, and send them again if it ends before that"
                    + " (default: what is known of the server, else yes)")
    private @Nullable String writeLog;

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            description = "answer a request with EIO if it has waited this long for a server (default: it waits)")
    private @Nullable Integer timeout;

    @Option(
            names = "--hang",
            paramLabel = "SECONDS",
            description = "kill a server that has not answered a request for this long, and start another one"
                    + " (default: it may take its time)")
    private @Nullable Integer hang;

    @Option(
            names = "--max-deaths",
            paramLabel = "N",
            description = "answer a request with EIO once this many servers have died at it (default: 16)")
    private @Nullable Integer maxDeaths;

    @Option(
            names = "--server-permissions",
            description = "let the server decide who may do what (default: the kernel checks the mode bits of files)")
    private boolean serverPermissions;

    FuseCommand(Console console, List<String> program) {
        this.console = console;
        this.program = program;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (status || restart || giveUp) {
            control(fdstore.path(null));
            return ExitCode.OK;
        }
        if (mount == null) {
            throw usage("--mount is missing: where to mount the file system");
        }
        if (supervise && !Boolean.getBoolean("fdstore.supervised")) {
            throw usage("--supervise is done by the script fdstore, which has not started this, or does not know it"
                    + " when it is written otherwise");
        }
        org.fdstorefs.guard.backend.Command command = command();
        Server server = Servers.of(command);
        if (server.support() == Support.REFUSED) {
            throw usage(server.name() + ": " + server.note());
        }
        Guard guard =
                new Guard(fdstore.path(null), mount, command, server, options(), new Printer(console.out(), mount));
        console.out().println(guard.run() == Guard.End.UNMOUNTED ? "unmounted" : "nothing to take over");
        return ExitCode.OK;
    }

    private void control(Path store) throws IOException {
        if (mount != null || !program.isEmpty()) {
            throw usage("--status, --restart and --give-up are about a guard that runs: no --mount, no server");
        }
        if (restart) {
            GuardControl.restart(store);
        }
        if (giveUp) {
            GuardControl.giveUp(store);
        }
        if (status) {
            GuardControl.Status found = GuardControl.status(store);
            Map<String, Object> document = new LinkedHashMap<>();
            document.put("session", found.session());
            document.putAll(found.numbers());
            console.out().println(Json.of(document));
        }
    }

    private ParameterException usage(String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    private org.fdstorefs.guard.backend.Command command() {
        if (program.isEmpty()) {
            throw usage("a server is missing: fuse --mount DIR -- SERVER [ARGUMENT...] {}");
        }
        try {
            org.fdstorefs.guard.backend.Command command = new org.fdstorefs.guard.backend.Command(program);
            command.check();
            return command;
        } catch (IllegalArgumentException e) {
            throw usage(String.valueOf(e.getMessage()));
        }
    }

    private GuardOptions options() {
        GuardOptions defaults = GuardOptions.defaults();
        try {
            return new GuardOptions(
                    workers == null ? defaults.workers() : workers,
                    standby,
                    maxDeaths == null ? defaults.maxReplays() : maxDeaths,
                    Optional.ofNullable(way).map(this::toWay),
                    Optional.ofNullable(writeLog).map(this::toBoolean),
                    seconds("--timeout", timeout),
                    seconds("--hang", hang),
                    !serverPermissions);
        } catch (IllegalArgumentException e) {
            throw usage(String.valueOf(e.getMessage()));
        }
    }

    private Optional<Duration> seconds(String option, @Nullable Integer number) {
        if (number != null && number < 1) {
            throw usage(option + " is " + number + ", less than a second");
        }
        return Optional.ofNullable(number).map(Duration::ofSeconds);
    }

    private Way toWay(String text) {
        return switch (text) {
            case "descriptor" -> Way.DESCRIPTOR;
            case "mount" -> Way.MOUNT;
            default -> throw usage("--way is \"" + text + "\", not descriptor or mount");
        };
    }

    private boolean toBoolean(String text) {
        return switch (text) {
            case "yes" -> true;
            case "no" -> false;
            default -> throw usage("--write-log is \"" + text + "\", not yes or no");
        };
    }

    /** One line for each thing that happens, so that a script that starts it can wait for it. */
    private record Printer(PrintStream out, Path mount) implements GuardListener {
        private void say(String line) {
            out.println(line);
            out.flush();
        }

        @Override
        public void standingBy(Identity what) {
            say("standing by for " + what);
        }

        @Override
        public void tookOver(Replay replay) {
            say("took over replayed=" + replay.executed().size() + " resent="
                    + replay.resent().size() + " answered=" + replay.answered() + " opcodes=" + opcodes(replay));
        }

        private static String opcodes(Replay replay) {
            String all = String.join(",", replay.executed())
                    + (replay.resent().isEmpty() ? "" : ",")
                    + String.join(",", replay.resent());
            return all.isEmpty() ? "-" : all.startsWith(",") ? all.substring(1) : all;
        }

        @Override
        public void backendStarted(long pid) {
            say("backend " + pid + " started");
        }

        @Override
        public void backendEnded(long pid, String reason) {
            say("backend " + pid + " ended: " + reason);
        }

        @Override
        public void serving() {
            say("serving " + mount);
        }
    }
}
