// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.exec;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import org.fdstorefs.internal.ByteStrings;

/**
 * A shell between this process and its child, for what posix_spawn(3) cannot do to the child alone.
 *
 * <p>The environment is passed as arguments of env(1): a shell drops variables whose names it
 * does not like, and changes or adds others.
 *
 * @param listenPid whether LISTEN_PID is to be the child's process id, which it alone can know
 * @param ignored signals to ignore
 * @param openFiles the soft limit of open files
 * @param coredumpFilter the bits of /proc/self/coredump_filter
 */
record Trampoline(boolean listenPid, long ignored, OptionalLong openFiles, OptionalInt coredumpFilter) {
    /** What the shell runs in: it finds env(1) there. */
    static final List<byte[]> ENVIRONMENT = List.of(ByteStrings.encode("PATH=/usr/bin:/bin"));

    private static final String SHELL = "/bin/sh";
    private static final String FAILED = " || exit 125\n";

    /** Whether there is anything to do. */
    boolean isNeeded() {
        return listenPid || ignored != 0 || openFiles.isPresent() || coredumpFilter.isPresent();
    }

    /**
     * The command that runs another one by way of the shell.
     *
     * @throws IllegalArgumentException if env(1) would take the file for a variable
     */
    List<String> around(List<String> command, List<byte[]> environment) {
        if (command.get(0).indexOf('=') >= 0) {
            throw new IllegalArgumentException(command.get(0)
                    + ": a program with = in its name cannot be started with LISTEN_PID, ignored signals or"
                    + " limits of its own; start it by a symbolic link");
        }
        List<String> all = new ArrayList<>(List.of(SHELL, "-c", script(), "sh"));
        // What has no name is no variable, and for env(1) the command.
        environment.stream()
                .map(ByteStrings::decode)
                .filter(entry -> entry.indexOf('=') > 0)
                .forEach(all::add);
        all.addAll(command);
        return all;
    }

    private String script() {
        StringBuilder script = new StringBuilder();
        long plain = ignored & ~(1L << (Signals.CHLD - 1));
        if (plain != 0) {
            script.append("trap ''")
                    .append(Signals.numbers(plain).stream()
                            .map(signal -> " " + signal)
                            .collect(Collectors.joining()))
                    .append(FAILED);
        }
        openFiles.ifPresent(n -> script.append("ulimit -S -n ").append(limit(n)).append(FAILED));
        coredumpFilter.ifPresent(bits -> script.append("echo ")
                .append(Limits.hexadecimal(bits))
                .append(" >")
                .append(Limits.COREDUMP_FILTER)
                .append(FAILED));
        script.append("exec env -i");
        if (plain != ignored) {
            // A shell handles CHLD itself, whatever the script says; env(1) of coreutils can have it ignored.
            script.append(" --ignore-signal=").append(Signals.CHLD);
        }
        script.append(" --").append(listenPid ? " LISTEN_PID=$$" : "").append(" \"$@\"");
        return script.toString();
    }

    // getrlimit(2): RLIM_INFINITY
    private static String limit(long limit) {
        return limit == -1 ? "unlimited" : Long.toUnsignedString(limit);
    }
}
