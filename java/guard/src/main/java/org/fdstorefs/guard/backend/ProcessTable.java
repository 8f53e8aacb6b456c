// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.guard.backend;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The processes of this machine, as far as /proc shows them to this one. */
final class ProcessTable {
    private static final Path PROC = Path.of("/proc");
    private static final String NUMBERS = "[0-9]*";

    // proc_pid_stat(5), counted from the state, which is behind the name in parentheses.
    private static final int PARENT = 1;
    private static final int FLAGS = 6;
    private static final int START = 19;

    private static final long PF_KTHREAD = 0x200000; // linux/sched.h

    private final String variable;

    ProcessTable(Token token) {
        this.variable = "\0" + token.variable() + "\0";
    }

    /**
     * @param start when it was started, which together with the number is its identity
     * @param marked whether its environment has the token
     */
    record Entry(int pid, int parent, long start, boolean marked) {}

    List<Entry> read() throws IOException {
        List<Entry> entries = new ArrayList<>();
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROC, NUMBERS)) {
            for (Path process : processes) {
                read(Integer.parseInt(process.getFileName().toString())).ifPresent(entries::add);
            }
        }
        return entries;
    }

    /** One of them; empty if it is gone. */
    Optional<Entry> read(int pid) {
        String directory = PROC + "/" + pid;
        Optional<String> stat = ProcFile.read(directory + "/stat");
        if (stat.isEmpty()) {
            return Optional.empty();
        }
        String[] fields = stat.get().substring(stat.get().lastIndexOf(')') + 2).split(" ");
        int parent = Integer.parseInt(fields[PARENT]);
        long start = Long.parseLong(fields[START]);
        boolean ofKernel = (Long.parseLong(fields[FLAGS]) & PF_KTHREAD) != 0;
        return Optional.of(new Entry(pid, parent, start, !ofKernel && isMarked(directory)));
    }

    /** The first thread of a process may have ended before the others, and has no environment then. */
    private boolean isMarked(String process) {
        Optional<String> environment = environment(process);
        if (environment.isPresent()) {
            return environment.get().contains(variable);
        }
        try (DirectoryStream<Path> threads = Files.newDirectoryStream(Path.of(process, "task"), NUMBERS)) {
            for (Path thread : threads) {
                if (environment(thread.toString())
                        .filter(it -> it.contains(variable))
                        .isPresent()) {
                    return true;
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            return false; // it has ended
        }
        return false;
    }

    /** With a NUL before and behind each variable; empty if there is none, or if it is not for us. */
    private static Optional<String> environment(String task) {
        return ProcFile.read(task + "/environ")
                .filter(variables -> !variables.isEmpty())
                .map(variables -> "\0" + variables + "\0");
    }
}
