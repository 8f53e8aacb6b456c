// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.exec;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.fdstorefs.Errno;
import org.fdstorefs.Fd;
import org.fdstorefs.internal.ByteStrings;
import org.fdstorefs.internal.ProcessSys;

/**
 * A JVM that runs a program: {@code exec|spawn SETTING... -- PROGRAM...}. It ends with the exit code
 * of a child, or prints the exception. {@code failed} and {@code spawned} instead of these: see {@link #inThisState}.
 */
final class Probe {
    private final List<Fd> fds = new ArrayList<>();
    private ProcessState state = ProcessState.plain();
    private boolean stateGiven;

    private Probe() {}

    public static void main(String[] args) throws Exception {
        List<String> all = List.of(args);
        int split = all.indexOf("--");
        List<String> command = all.subList(split + 1, all.size());
        Probe probe = new Probe();
        Program program = Program.of(command.get(0), command.subList(1, command.size()));
        for (String setting : all.subList(1, split)) {
            program = probe.set(program, setting);
        }
        if (probe.stateGiven) {
            program = program.state(probe.state);
        }
        try {
            switch (all.get(0)) {
                case "exec" -> program.exec();
                case "spawn" -> System.exit(program.spawn().waitFor());
                default -> System.exit(probe.inThisState(all.get(0).equals("failed"), command));
            }
        } catch (IOException e) {
            // A class from the jar that was not needed yet: its descriptor must still be there.
            Class.forName("org.fdstorefs.NotAStoreException");
            System.out.println(e.getClass().getSimpleName() + " " + Errno.of(e).orElseThrow() + " " + e.getMessage());
            System.out.println(probe.fds.stream().allMatch(Fd::isOpen) ? "still here" : "lost");
            System.exit(1);
        }
    }

    /** The program as a child that inherits what this process has, perhaps after it failed to become another. */
    private int inThisState(boolean fail, List<String> command) throws Exception {
        Signals signals = new Signals(ProcessSys.system());
        if (fail) {
            try {
                Program.of("/missing").state(state).exec();
            } catch (NoSuchFileException e) {
                System.out.flush();
            }
        }
        // What is caught is as telling as what is ignored.
        System.out.println(Files.readString(Path.of("/proc/self/status"))
                .lines()
                .filter(line -> line.startsWith("Sig") && !line.startsWith("SigQ"))
                .toList());
        System.out.println(signals.ignored());
        return Program.of(command.get(0)).spawn().waitFor();
    }

    private Program set(Program program, String setting) throws Exception {
        String[] words = setting.split("=", 3);
        return switch (words[0]) {
            case "pass" ->
                words.length == 2
                        ? program.pass(open(words[1]))
                        : program.pass(open(words[1]), Integer.parseInt(words[2]));
            case "listen" -> program.listen(words[2], open(words[1]));
            case "set" -> program.environment(words[1], ByteStrings.decode(words[2].getBytes(UTF_8)));
            case "unset" -> program.withoutEnvironment(words[1]);
            case "directory" -> program.directory(Path.of(words[1]));
            case "keep" -> program.keep(numbers(words[1]));
            default -> {
                stateGiven = true;
                state = stateWith(words[0], words[1]);
                yield program;
            }
        };
    }

    private Fd open(String file) throws IOException {
        Fd fd = Fd.open(Path.of(file));
        fds.add(fd);
        return fd;
    }

    private ProcessState stateWith(String what, String value) {
        return switch (what) {
            case "descriptors" -> state.withDescriptors(numbers(value));
            case "ignored" -> state.withIgnored(Long.parseUnsignedLong(value, 16));
            case "blocked" -> state.withBlocked(Long.parseUnsignedLong(value, 16));
            case "files" -> state.withOpenFiles(Long.parseLong(value));
            case "filter" -> state.withCoredumpFilter(Integer.parseInt(value, 16));
            default -> throw new IllegalArgumentException(what);
        };
    }

    private static Set<Integer> numbers(String text) {
        return Stream.of(text.split(",")).map(Integer::valueOf).collect(Collectors.toSet());
    }
}
