// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.guard.backend;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import org.fdstorefs.Fd;
import org.fdstorefs.OpenFlag;
import org.fdstorefs.exec.Child;
import org.fdstorefs.exec.Program;

/**
 * A running server that has one end of a {@link SocketPair}.
 *
 * <p><b>How its end is seen.</b> This process keeps no copy of the server's end of the socket, so the guard's
 * end hangs up (POLLHUP; a read of 0 bytes) when the last process that has it is gone: that is the end of the
 * server, however it was started. The end of its first process ({@link #pidfd}, {@link #exitStatus}) says less:
 * a server that puts itself into the background has exited with 0 while another process serves. And a hang-up
 * may come late: {@code ssh} of an sshfs that was killed has the socket, too, until it notices. So watch both: a
 * hang-up is the end; so is a first process that was killed or has exited with another status than 0. Either way
 * call {@link Remains#kill} before another one is started: a process may be left that still writes to what was
 * served.
 *
 * <p>Thread-safe.
 */
public final class BackendProcess implements AutoCloseable {
    private static final int FIRST_DESCRIPTOR = 3;
    private static final int SIGKILL = 9;
    private static final int SIGTERM = 15;
    private static final Path NULL = Path.of("/dev/null");

    private final Child child;
    private final Fd pidfd;
    private final Optional<MountCatcher> catcher;
    private final Optional<PrivateDirectory> directory;

    private BackendProcess(
            Child child, Fd pidfd, Optional<MountCatcher> catcher, Optional<PrivateDirectory> directory) {
        this.child = child;
        this.pidfd = pidfd;
        this.catcher = catcher;
        this.directory = directory;
    }

    /**
     * Starts a server.
     *
     * <p>It has the environment and the standard output and error of this process, nothing to read on its
     * standard input, and the variable {@link Remains#VARIABLE} with the token. {@code sockets.backend()} is closed
     * as soon as the server has it, or cannot get it any more; if this method throws, the caller closes it.
     *
     * <p>Calls of vmsplice(2) fail in the server and whatever it starts, and with {@link Way#MOUNT} those of
     * fsopen(2), fsmount(2) and move_mount(2). If this process lacks CAP_SYS_ADMIN, they gain no privileges by
     * set-user-ID programs.
     *
     * @param token which guard this is, for {@link Remains#kill}: up to 64 letters, digits, dots, dashes and
     *     underscores, not those of any other guard
     * @throws IllegalArgumentException if the program cannot be found or executed, or if the token is none
     * @throws IOException if it cannot be started, or if its calls cannot be filtered
     */
    public static BackendProcess start(Command command, Way way, String token, SocketPair sockets) throws IOException {
        requireNonNull(command, "command is null");
        requireNonNull(way, "way is null");
        requireNonNull(sockets, "sockets is null");
        Token mark = new Token(token);
        try {
            return switch (way) {
                case DESCRIPTOR -> byDescriptor(command, mark, sockets);
                case MOUNT -> byMount(command, mark, sockets);
            };
        } catch (NoSuchFileException | AccessDeniedException e) {
            command.check(); // which says more if it is the program
            throw e;
        }
    }

    private static BackendProcess byDescriptor(Command command, Token token, SocketPair sockets) throws IOException {
        Program program = command.program("/dev/fd/" + FIRST_DESCRIPTOR).pass(sockets.backend(), FIRST_DESCRIPTOR);
        Child child = spawn(program, token, false).child();
        try {
            Fd pidfd = Pidfd.of(child);
            sockets.backend().close();
            return new BackendProcess(child, pidfd, Optional.empty(), Optional.empty());
        } catch (Throwable e) {
            undo(e, () -> child.kill(SIGKILL));
            throw e;
        }
    }

    private static BackendProcess byMount(Command command, Token token, SocketPair sockets) throws IOException {
        PrivateDirectory directory = PrivateDirectory.create(token);
        try {
            Program program = command.program(directory.path().toString());
            FilteredStart started = spawn(program, token, true);
            return caught(started, directory, sockets);
        } catch (Throwable e) {
            undo(e, directory::close);
            throw e;
        }
    }

    private static BackendProcess caught(FilteredStart started, PrivateDirectory directory, SocketPair sockets)
            throws IOException {
        Child child = started.child();
        Listener listener = started.listener().orElseThrow();
        try {
            Fd pidfd = Pidfd.of(child);
            MountCatcher catcher = MountCatcher.start(listener, sockets.backend(), directory.path());
            return new BackendProcess(child, pidfd, Optional.of(catcher), Optional.of(directory));
        } catch (Throwable e) {
            undo(e, () -> child.kill(SIGKILL));
            undo(e, listener::close);
            throw e;
        }
    }

    private interface Step {
        void run() throws IOException;
    }

    private static void undo(Throwable failure, Step step) {
        try {
            step.run();
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }

    private static FilteredStart spawn(Program program, Token token, boolean catching) throws IOException {
        try (Fd nothing = Fd.open(NULL, OpenFlag.READ)) {
            Program marked = program.pass(nothing, 0)
                    .environment(Remains.VARIABLE, token.value())
                    // They are for this process, not for what it starts.
                    .withoutEnvironment("NOTIFY_SOCKET")
                    .withoutEnvironment("WATCHDOG_USEC")
                    .withoutEnvironment("WATCHDOG_PID");
            return FilteredStart.of(new Filter(Machine.current(), catching), marked);
        }
    }

    /** The process id of the first process; anybody's once that has ended. */
    public long pid() {
        return child.pid();
    }

    /**
     * A descriptor that poll(2) reports as readable once the first process has ended: its pidfd. If it had ended
     * before that could be opened, it is the reader of a pipe without a writer. Closed with this.
     */
    public Fd pidfd() {
        return pidfd;
    }

    /**
     * The options of the mount(2) that was caught, such as {@code fd=5,rootmode=40000,user_id=0,group_id=0}; empty
     * before that, and always without {@link Way#MOUNT}.
     */
    public Optional<String> mountOptions() {
        return catcher.flatMap(MountCatcher::options);
    }

    /** SIGTERM for the first process, upon which servers end in good order; nothing if it has ended. */
    public void terminate() throws IOException {
        child.kill(SIGTERM);
    }

    /** SIGKILL for the first process; nothing if it has ended. What it has started is for {@link Remains#kill}. */
    public void kill() throws IOException {
        child.kill(SIGKILL);
    }

    /**
     * Waits for the end of the first process.
     *
     * @param timeout zero to look without waiting
     * @return false if it is still running after that time
     * @throws InterruptedException if this thread is interrupted
     * @throws IOException if its end is not known, because something in this process waits for children of others
     */
    public boolean awaitEnd(Duration timeout) throws IOException, InterruptedException {
        return child.waitFor(requireNonNull(timeout, "timeout is null")).isPresent();
    }

    /**
     * What the first process exited with, or 128 plus the number of the signal that killed it; empty while it is
     * running.
     *
     * @throws IOException as {@link #awaitEnd}
     */
    public OptionalInt exitStatus() throws IOException {
        try {
            return child.waitFor(Duration.ZERO);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return OptionalInt.empty();
        }
    }

    /**
     * Forgets the server, which goes on if it was not killed, but cannot mount any more, and removes its private
     * directory.
     */
    @Override
    public void close() throws IOException {
        try (pidfd) {
            if (catcher.isPresent()) {
                catcher.get().close();
            }
            if (directory.isPresent()) {
                directory.get().close();
            }
        }
    }

    @Override
    public String toString() {
        return "backend " + child;
    }
}
