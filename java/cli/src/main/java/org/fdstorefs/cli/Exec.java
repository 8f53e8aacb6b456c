// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.cli;

import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;
import org.fdstorefs.Errno;
import org.fdstorefs.FdStoreException;
import org.fdstorefs.exec.Program;

/** Becomes another program, which finds everything as if there had been no JVM before it. */
final class Exec {
    private final Launch launch;
    private final Consumer<String> warn;

    Exec(Launch launch, Consumer<String> warn) {
        this.launch = launch;
        this.warn = warn;
    }

    /** The program of a command line, with what the launcher saw. */
    Program program(List<String> command) {
        Program program = Program.of(command.get(0), command.subList(1, command.size()));
        return launch.state().map(program::state).orElse(program);
    }

    /**
     * Replaces this process by the program.
     *
     * @return only if it cannot be run: what to exit with
     * @throws IOException if the descriptors cannot be arranged
     */
    int become(Program program) throws IOException {
        try {
            program.exec();
            throw new AssertionError("exec returned");
        } catch (IOException e) {
            FdStoreException failed = e instanceof FdStoreException same
                    ? same
                    : e.getCause() instanceof FdStoreException cause ? cause : null;
            if (failed == null || !failed.call().equals("execve")) {
                throw e;
            }
            warn.accept(failed.getFile() + ": " + Errno.describe(failed.errno()));
            return ExitCode.ofExec(failed.errno());
        }
    }
}
