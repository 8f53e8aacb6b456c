// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.cli;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Consumer;
import org.fdstorefs.Errno;
import org.fdstorefs.internal.ByteStrings;
import org.fdstorefs.internal.CStrings;
import org.fdstorefs.internal.Linux;
import org.fdstorefs.internal.ProcessSys;
import org.fdstorefs.internal.Sys;
import org.fdstorefs.internal.SysErrors;

/**
 * Becomes another program, which finds everything as if there had been no JVM before it: the
 * inherited descriptors and no others but those it is given, the signals that were ignored and
 * blocked.
 *
 * <p>The number that a descriptor is to have may be one at which the JVM has a jar file open, or
 * opens something this moment. So a thread of its own does the work, with a descriptor table of its
 * own: nobody else sees what it moves, and when the program cannot be run all is as before.
 */
final class Exec {
    // signal(7): those that a JVM under -Xrs takes over for good. It leaves most others as they are,
    // and lives on SIGSEGV and its like to the last, which nobody can ignore when they really come.
    private static final int SIGUSR2 = 12;
    private static final int SIGPIPE = 13;
    private static final int SIGCHLD = 17;
    private static final int SIGXFSZ = 25;
    private static final List<Integer> TAKEN_BY_JVM = List.of(SIGUSR2, SIGPIPE, SIGCHLD, SIGXFSZ);

    private static final int FIRST_UNNAMED = 3;
    private static final int LAST = -1;

    private final Sys sys;
    private final ProcessSys processes = ProcessSys.system();
    private final Launch launch;
    private final Consumer<String> warn;

    Exec(Sys sys, Launch launch, Consumer<String> warn) {
        this.sys = sys;
        this.launch = launch;
        this.warn = warn;
    }

    /**
     * Replaces this process by the program, which is looked for in the PATH unless it has a slash.
     *
     * @return only if it cannot be run: what to exit with
     * @throws IOException if the descriptors cannot be arranged
     */
    int become(List<String> program, List<Received> received) throws IOException {
        int[] numbers = received.stream().mapToInt(each -> each.fd().intValue()).toArray();
        int[] targets = received.stream().mapToInt(each -> each.wish().target()).toArray();
        int result;
        processes.getpid(); // has its native code loaded while the jar is still where the JVM expects it
        try (CStrings argv = new CStrings(program.stream().map(ByteStrings::encode).toList())) {
            long file = argv.string(0);
            long array = argv.array();
            result = inOwnThread(() -> {
                closeOthersOnExec();
                move(numbers, targets);
                restoreSignals();
                return processes.execvp(file, array);
            });
        }
        warn.accept(program.get(0) + ": " + Errno.describe(-result));
        return ExitCode.ofExec(-result);
    }

    private static int inOwnThread(Callable<Integer> callable) throws IOException {
        FutureTask<Integer> task = new FutureTask<>(callable);
        new Thread(task, "exec").start();
        try {
            return task.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException cause ? cause : new IOException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while becoming another program");
        }
    }

    /** The JVM opens without O_CLOEXEC. This is also what gives the thread its own table. */
    private void closeOthersOnExec() throws IOException {
        int flags = Linux.CLOSE_RANGE_UNSHARE | Linux.CLOSE_RANGE_CLOEXEC;
        check(sys.closeRange(FIRST_UNNAMED, LAST, flags), "close_range", "descriptors from " + FIRST_UNNAMED);
        for (int fd : launch.inherited().orElse(Set.of())) {
            if (fd >= FIRST_UNNAMED) {
                check(sys.fcntl(fd, Linux.F_SETFD, 0), "fcntl F_SETFD", "fd " + fd);
            }
        }
    }

    /** Every number may also be the target of another, so all go to a place above all first. */
    private void move(int[] numbers, int[] targets) throws IOException {
        int above = FIRST_UNNAMED;
        for (int target : targets) {
            above = Math.max(above, target + 1);
        }
        int[] copies = new int[numbers.length];
        for (int i = 0; i < copies.length; i++) {
            int copy = sys.fcntl(numbers[i], Linux.F_DUPFD_CLOEXEC, above);
            if (copy == -Errno.EINVAL.number()) {
                throw new IOException("fd " + (above - 1) + ": the limit of open files is too low for it (ulimit -n)");
            }
            copies[i] = check(copy, "fcntl F_DUPFD_CLOEXEC", "fd " + numbers[i]);
        }
        for (int i = 0; i < copies.length; i++) {
            check(sys.dup3(copies[i], targets[i], 0), "dup3", "fd " + targets[i]);
        }
    }

    // Neither can fail with these arguments.
    private void restoreSignals() {
        for (int signal : TAKEN_BY_JVM) {
            if ((launch.ignored() >>> (signal - 1) & 1) != 0) {
                processes.signal(signal, Linux.SIG_IGN);
            }
        }
        processes.setSignalMask(launch.blocked());
    }

    private static int check(int result, String call, String what) throws IOException {
        if (result < 0) {
            throw SysErrors.exception(result, call, what);
        }
        return result;
    }
}
