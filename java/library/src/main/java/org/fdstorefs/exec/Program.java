// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.exec;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.fdstorefs.Fd;
import org.fdstorefs.exec.Numbers.Passed;
import org.fdstorefs.internal.ByteStrings;
import org.fdstorefs.internal.ProcessSys;
import org.fdstorefs.internal.Sys;
import org.fdstorefs.internal.SysErrors;

/**
 * A program to run, and the descriptors to give it: it has the standard streams
 * and those, and none of the others that are open here.
 *
 * <pre>{@code
 * try (Fd log = Fd.open(Path.of("/dev/null"), OpenFlag.WRITE)) {
 *     Child child = Program.of("sh", "-c", "echo hello >&3")
 *             .pass(log, 3)
 *             .environment("LANG", "C.UTF-8")
 *             .spawn();
 *     int status = child.waitFor();
 * }
 * }</pre>
 *
 * <p>Strings are bytes to the kernel and UTF-8 here, like the names
 * of an {@link org.fdstorefs.FdStore}. A program without a slash in its name is looked for in the PATH of the
 * environment that it will have, from the directory that it will have, as execvp(3) does.
 *
 * <p>Signals that are ignored stay ignored, and none is blocked, unless a {@link ProcessState} says
 * otherwise.
 *
 * <p>Immutable: methods that change something return a changed copy. Their owners keep the descriptors, and
 * must keep them open until {@link #exec} or {@link #spawn} has returned.
 */
public final class Program {
    private static final int LONGEST_NAME = 255;

    private final List<String> command;
    private final List<Passed> passed;
    private final List<Listener> listeners;
    private final Environment environment;
    private final Optional<Path> directory;
    private final Set<Integer> kept;
    private final Optional<ProcessState> state;

    private record Listener(String name, Fd fd) {}

    private Program(
            List<String> command,
            List<Passed> passed,
            List<Listener> listeners,
            Environment environment,
            Optional<Path> directory,
            Set<Integer> kept,
            Optional<ProcessState> state) {
        this.command = List.copyOf(command);
        this.passed = List.copyOf(passed);
        this.listeners = List.copyOf(listeners);
        this.environment = environment;
        this.directory = directory;
        this.kept = Set.copyOf(kept);
        this.state = state;
        Numbers.assign(listeners.size(), passed, Set.of());
    }

    /**
     * A program with these arguments, which do not include its own name.
     *
     * @param file a path, or a name to look for in the PATH
     * @throws IllegalArgumentException if the name is empty, or something has a NUL in it
     */
    public static Program of(String file, List<String> arguments) {
        requireNonNull(file, "file is null");
        requireNonNull(arguments, "arguments is null");
        if (file.isEmpty()) {
            throw new IllegalArgumentException("the name of the program is empty");
        }
        List<String> command =
                Stream.concat(Stream.of(file), arguments.stream()).toList();
        command.forEach(string -> ByteStrings.cString(ByteStrings.encode(string)));
        return new Program(
                command, List.of(), List.of(), Environment.UNCHANGED, Optional.empty(), Set.of(), Optional.empty());
    }

    /** As {@link #of(String, List)}. */
    public static Program of(String file, String... arguments) {
        return of(file, List.of(arguments));
    }

    /**
     * Gives the program this descriptor at that number, in place of any other one.
     *
     * @throws IllegalArgumentException if the number is negative, or another was given that number
     */
    public Program pass(Fd fd, int number) {
        return with(new Passed(fd, OptionalInt.of(Numbers.check(number))));
    }

    /**
     * Gives the program this descriptor at the lowest free number from 3: one that no other
     * descriptor has, whether it is given or kept, by {@link #keep} or {@link #state}.
     */
    public Program pass(Fd fd) {
        return with(new Passed(fd, OptionalInt.empty()));
    }

    private Program with(Passed one) {
        List<Passed> more = append(passed, one);
        return new Program(command, more, listeners, environment, directory, kept, state);
    }

    /**
     * Gives the program this descriptor as sd_listen_fds(3) expects it: at the next number from 3, with
     * LISTEN_FDS, LISTEN_FDNAMES and LISTEN_PID in the environment.
     *
     * @param name up to 255 printable ASCII characters other than a colon
     * @throws IllegalArgumentException if the name is not of that kind, or another descriptor was given
     *     the number
     */
    public Program listen(String name, Fd fd) {
        requireNonNull(name, "name is null");
        requireNonNull(fd, "fd is null");
        if (!isListenName(name)) {
            throw new IllegalArgumentException("not a name for LISTEN_FDNAMES, which takes up to 255 printable"
                    + " ASCII characters without a colon: \"" + name + "\"");
        }
        List<Listener> more = append(listeners, new Listener(name, fd));
        return new Program(command, passed, more, environment, directory, kept, state);
    }

    /** Whether {@link #listen} takes that name. */
    public static boolean isListenName(String name) {
        return name.length() <= LONGEST_NAME && name.chars().allMatch(c -> c >= ' ' && c <= '~' && c != ':');
    }

    private static <T> List<T> append(List<T> list, T element) {
        return Stream.concat(list.stream(), Stream.of(element)).toList();
    }

    /**
     * Sets a variable. The others stay as they are, byte by byte.
     *
     * @throws IllegalArgumentException if the name is empty or has a = in it, or something has a NUL
     */
    public Program environment(String name, String value) {
        return with(environment.with(name, value));
    }

    /** Removes a variable, if there is one of that name. */
    public Program withoutEnvironment(String name) {
        return with(environment.without(name));
    }

    private Program with(Environment changed) {
        return new Program(command, passed, listeners, changed, directory, kept, state);
    }

    /** Runs the program in that directory; a relative path is relative to the present one. */
    public Program directory(Path path) {
        Optional<Path> other = Optional.of(requireNonNull(path, "path is null"));
        return new Program(command, passed, listeners, environment, other, kept, state);
    }

    /**
     * Lets the program keep these descriptors of this process, at their numbers, even if they are
     * close-on-exec. The standard streams need not be named.
     *
     * @throws IllegalArgumentException if a number is negative
     */
    public Program keep(Set<Integer> numbers) {
        requireNonNull(numbers, "numbers is null");
        Set<Integer> more = new HashSet<>(kept);
        numbers.forEach(number -> more.add(Numbers.check(number)));
        return new Program(command, passed, listeners, environment, directory, more, state);
    }

    /** Gives the program this state, and lets it have the descriptors in there. */
    public Program state(ProcessState before) {
        Optional<ProcessState> other = Optional.of(requireNonNull(before, "before is null"));
        return new Program(command, passed, listeners, environment, directory, kept, other);
    }

    /**
     * Checks whether the program can be run, without running it: whether there is such a file that may
     * be executed, and whether its interpreter exists: that of a script, or the loader of an ELF file.
     * Call this before you give something up for a program; only {@link #exec} or {@link #spawn} show
     * whether it cannot be run for another reason.
     *
     * @throws java.nio.file.NoSuchFileException if there is no such program, or interpreter, or directory
     * @throws java.nio.file.AccessDeniedException if it is not executable
     * @throws org.fdstorefs.FdStoreException with the errno for any other reason
     */
    public void check() throws IOException {
        Sys sys = Sys.system();
        ProcessSys processes = ProcessSys.system();
        List<byte[]> variables = environment.apply(processes.environment());
        Plan plan = Plan.of(new int[0], new int[0], Set.of(), directory);
        try (Image image = new Image(command, variables)) {
            Departure departure = new Departure(sys, processes, plan, () -> image.check(sys, processes), () -> 0);
            int result = departure.go();
            if (result < 0) {
                throw SysErrors.exception(result, "execve", command.get(0));
            }
        }
    }

    /**
     * Becomes the program, which keeps the process id. No more Java code runs: not the rest of any
     * thread, no shutdown hook; what a buffer of a stream holds is lost, so flush before.
     *
     * <p>If that fails, everything is as before, and the JVM continues. If a state ignores ILL, TRAP, BUS,
     * FPE or SEGV, these are not ignored: the JVM needs them to the last.
     *
     * @throws java.nio.file.NoSuchFileException if there is no such program, or no such directory
     * @throws java.nio.file.AccessDeniedException if it is not executable
     * @throws org.fdstorefs.ClosedFdException if one of the descriptors is closed
     * @throws org.fdstorefs.FdStoreException with the errno for any other reason: EINVAL for a number
     *     beyond the limit of open files, EBADF for a kept descriptor that is not open, E2BIG for too many
     *     or too long arguments
     */
    public void exec() throws IOException {
        long pid = ProcessHandle.current().pid();
        Environment variables = listeners.isEmpty() ? environment : environment.with("LISTEN_PID", Long.toString(pid));
        run(variables, new Replacement(Sys.system(), ProcessSys.system())::become);
    }

    /**
     * Starts the program as a child of this process, with the same user, process group and session.
     *
     * <p>Runs it by /bin/sh and env(1) if it is to {@link #listen}, or has a {@link #state} that this process
     * does not have: ignored signals, other limits. If those fail, it ends with 125 to 127 as env(1) does,
     * for example because the limit of open files is above the hard one, or because the interpreter in the
     * first line of a script is missing.
     *
     * <p>If this process ignores SIGCHLD, its default action is restored, as {@link ProcessBuilder} does.
     *
     * @throws java.nio.file.NoSuchFileException if there is no such program, or no such directory
     * @throws java.nio.file.AccessDeniedException if it is not executable
     * @throws org.fdstorefs.ClosedFdException if one of the descriptors is closed
     * @throws org.fdstorefs.FdStoreException as {@link #exec}, EAGAIN for too many processes
     * @throws IllegalArgumentException if env(1) is needed and the name of the program has a = in it
     */
    public Child spawn() throws IOException {
        Environment variables = listeners.isEmpty() ? environment : environment.without("LISTEN_PID");
        return run(variables, new Spawner(Sys.system(), ProcessSys.system())::spawn);
    }

    private interface Way<T> {
        T go(Setup setup) throws IOException;
    }

    private <T> T run(Environment variables, Way<T> way) throws IOException {
        Environment all = variables;
        if (!listeners.isEmpty()) {
            all = all.with("LISTEN_FDS", Integer.toString(listeners.size()))
                    .with(
                            "LISTEN_FDNAMES",
                            listeners.stream().map(Listener::name).collect(Collectors.joining(":")))
                    // Of newer systemd: the id of a pidfd, which would contradict LISTEN_PID.
                    .without("LISTEN_PIDFDID");
        }
        List<byte[]> bytes = all.apply(ProcessSys.system().environment());
        List<Fd> fds = new ArrayList<>();
        listeners.forEach(listener -> fds.add(listener.fd()));
        passed.forEach(one -> fds.add(one.fd()));
        return withNumbers(fds, new int[fds.size()], 0, sources -> way.go(setup(bytes, sources)));
    }

    private Setup setup(List<byte[]> bytes, int[] sources) {
        Set<Integer> all = new HashSet<>(kept);
        state.ifPresent(known -> all.addAll(known.descriptors()));
        int[] targets = Numbers.assign(listeners.size(), passed, all);
        for (int target : targets) {
            all.remove(target);
        }
        Plan plan = Plan.of(sources, targets, all, directory);
        return new Setup(command, bytes, plan, state, !listeners.isEmpty());
    }

    private interface WithNumbers<T> {
        T apply(int[] numbers) throws IOException;
    }

    /** Keeps all descriptors from being closed meanwhile. */
    private static <T> T withNumbers(List<Fd> fds, int[] numbers, int index, WithNumbers<T> function)
            throws IOException {
        if (index == fds.size()) {
            return function.apply(numbers);
        }
        return fds.get(index).use(number -> {
            numbers[index] = number;
            return withNumbers(fds, numbers, index + 1, function);
        });
    }

    /** The file and its arguments. */
    @Override
    public String toString() {
        return String.join(" ", command);
    }
}
