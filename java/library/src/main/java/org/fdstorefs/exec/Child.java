// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.exec;

import java.io.IOException;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.fdstorefs.Errno;
import org.fdstorefs.internal.ProcessSys;
import org.fdstorefs.internal.SysErrors;

/**
 * A process that {@link Program#spawn} started.
 *
 * <p>A thread waits for its end from the start, so that no zombie stays behind, whether or not anybody
 * asks; you need not close it. A child outlives the JVM, unless it is killed.
 *
 * <p>Thread-safe. Platform and virtual threads may wait.
 *
 * <pre>{@code
 * Child child = Program.of("sleep", "60").spawn();
 * if (child.waitFor(Duration.ofMillis(100)).isEmpty()) {
 *     child.kill(15);
 * }
 * int status = child.waitFor(); // 143: killed by signal 15
 * }</pre>
 */
public final class Child {
    // Of a thread that makes two native calls.
    private static final long STACK_SIZE = 256 * 1024;
    private static final int SIGKILL = 9;
    private static final int SIGNALLED = 128;

    private final ProcessSys processes;
    private final int pid;
    private final ProcessHandle handle;
    // What waitpid(2) gave.
    private final CompletableFuture<Integer> end = new CompletableFuture<>();
    private final Object reaping = new Object();
    private boolean reaped;

    private Child(ProcessSys processes, int pid) {
        this.processes = processes;
        this.pid = pid;
        // It cannot be gone, not even when it has ended: nobody has waited for it.
        this.handle = ProcessHandle.of(pid).orElseThrow();
    }

    /** Adopts a process that was just started. */
    static Child start(ProcessSys processes, int pid) {
        try {
            Child child = new Child(processes, pid);
            Thread reaper = new Thread(null, child::reap, "child " + pid, STACK_SIZE);
            reaper.setDaemon(true);
            reaper.start();
            return child;
        } catch (Throwable e) {
            processes.kill(pid, SIGKILL);
            processes.waitpid(pid, new int[1]);
            throw e;
        }
    }

    private void reap() {
        int result;
        do {
            result = processes.awaitEnd(pid);
        } while (result == -Errno.EINTR.number());
        int[] status = new int[1];
        synchronized (reaping) {
            // Until here the number is the child's; afterwards it may be anybody's.
            result = result < 0 ? result : processes.waitpid(pid, status);
            reaped = true;
        }
        if (result < 0) {
            end.completeExceptionally(SysErrors.exception(
                    result, "waitpid", "process " + pid, "something else in this process has waited for it"));
        } else {
            end.complete(status[0]);
        }
    }

    /** The process id, which is the child's as long as it {@link #isAlive}. */
    public long pid() {
        return pid;
    }

    /**
     * Waits until the child has ended.
     *
     * @return its exit code; 128 plus the number of the signal if one killed it, as in a shell
     * @throws InterruptedException if this thread is interrupted; the child keeps running
     * @throws IOException if its end is not known, because SIGCHLD is ignored in this process or because
     *     something in it waits for the children of others
     */
    public int waitFor() throws IOException, InterruptedException {
        try {
            return code(end.get());
        } catch (ExecutionException e) {
            throw unknown(e);
        }
    }

    /**
     * Like {@link #waitFor()}, but waits no longer than the timeout.
     *
     * @param timeout zero to look without waiting
     * @return empty if the child is still running then
     * @throws IllegalArgumentException if the time is negative
     * @throws InterruptedException if this thread is interrupted
     * @throws IOException as {@link #waitFor()}
     */
    public OptionalInt waitFor(Duration timeout) throws IOException, InterruptedException {
        if (timeout.isNegative()) {
            throw new IllegalArgumentException("timeout is negative: " + timeout);
        }
        try {
            return OptionalInt.of(code(end.get(nanos(timeout), TimeUnit.NANOSECONDS)));
        } catch (ExecutionException e) {
            throw unknown(e);
        } catch (TimeoutException e) {
            return OptionalInt.empty();
        }
    }

    // Some 292 years at most.
    private static long nanos(Duration duration) {
        return TimeUnit.NANOSECONDS.convert(duration);
    }

    private IOException unknown(ExecutionException e) {
        return new IOException("the end of process " + pid + " is not known", e.getCause());
    }

    /** The signal that killed the child; empty if none did, or if it has not ended. */
    public OptionalInt signal() {
        if (!end.isDone() || end.isCompletedExceptionally()) {
            return OptionalInt.empty();
        }
        int signal = signal(end.join());
        return signal == 0 ? OptionalInt.empty() : OptionalInt.of(signal);
    }

    private static int code(int status) {
        int signal = signal(status);
        return signal == 0 ? status >> 8 & 0xFF : SIGNALLED + signal;
    }

    /** WTERMSIG of wait(2), which is 0 after an exit. */
    private static int signal(int status) {
        return status & 0x7F;
    }

    /** Whether it has not ended yet. */
    public boolean isAlive() {
        return !end.isDone();
    }

    /**
     * Sends a signal, to this process and no other: not to one that has the number after it.
     *
     * @param signal its number; 0 sends none, and checks whether one could be sent
     * @return false if the child has ended
     * @throws java.nio.file.AccessDeniedException if it runs as another user now
     * @throws org.fdstorefs.FdStoreException with EINVAL if there is no such signal
     */
    public boolean kill(int signal) throws IOException {
        synchronized (reaping) {
            if (reaped) {
                return false;
            }
            int result = processes.kill(pid, signal);
            if (result < 0) {
                throw SysErrors.exception(result, "kill", "process " + pid);
            }
            return true;
        }
    }

    /** The process as the JDK has it, with more information. */
    public ProcessHandle toHandle() {
        return handle;
    }

    @Override
    public String toString() {
        return "process " + pid + (isAlive() ? "" : " (ended)");
    }
}
