// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.cli;

import java.io.IOException;
import java.util.List;
import java.util.OptionalInt;
import org.fdstorefs.Errno;
import org.fdstorefs.FdStoreException;
import org.fdstorefs.exec.Program;
import org.fdstorefs.internal.Linux;
import org.fdstorefs.internal.Sys;

/** Becomes another program, which finds everything as if there had been no JVM before it. */
final class Exec {
    private static final int STREAMS = 3;

    private final Launch launch;
    private final Console console;

    Exec(Launch launch, Console console) {
        this.launch = launch;
        this.console = console;
    }

    /** The program of a command line, with what the launcher saw. */
    Program program(List<String> command) {
        Program program = Program.of(command.get(0), command.subList(1, command.size()));
        return launch.state().map(program::state).orElse(program);
    }

    /**
     * What a service manager has passed to this process, to be closed by the caller.
     *
     * @param more how many descriptors will be passed after those
     */
    Handover handover(int more) throws IOException {
        return Handover.withRoomFor(more, launch);
    }

    /**
     * Replaces this process by the program.
     *
     * @return the exit code, if it cannot be run
     * @throws IOException if the descriptors cannot be arranged
     */
    int become(Program program) throws IOException {
        console.log().step("becoming {}", program);
        leaveClosedStreams();
        try {
            program.exec();
            throw new AssertionError("exec returned");
        } catch (IOException e) {
            return failed(e);
        }
    }

    /** The exit code if the program cannot be run, as far as that shows without running it; reports why, too. */
    OptionalInt check(Program program) throws IOException {
        try {
            program.check();
            return OptionalInt.empty();
        } catch (IOException e) {
            return OptionalInt.of(failed(e));
        }
    }

    private int failed(IOException e) throws IOException {
        FdStoreException failed = FdStoreException.in(e).orElse(null);
        if (failed == null || !failed.call().equals("execve")) {
            throw e;
        }
        console.report().warn(failed.getFile() + ": " + Errno.describe(failed.errno()));
        return ExitCode.ofExec(failed.errno());
    }

    /** The launcher opened the standard streams that were closed, for the JVM alone. */
    private void leaveClosedStreams() {
        for (int stream = 0; stream < STREAMS; stream++) {
            if (!launch.mayHaveInherited(stream)) {
                Sys.system().fcntl(stream, Linux.F_SETFD, Linux.FD_CLOEXEC);
            }
        }
    }
}
