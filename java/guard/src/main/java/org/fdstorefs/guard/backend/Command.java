// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.guard.backend;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.util.List;
import org.fdstorefs.exec.Program;

/**
 * The command line of a server, with {@value #PLACE} where its mount point goes: once or several times, also
 * within a word.
 *
 * @param words the program and its arguments
 */
public record Command(List<String> words) {
    /** What stands for the mount point. */
    public static final String PLACE = "{}";

    /**
     * @throws IllegalArgumentException if there is no program, if no argument has a {@value #PLACE}, or if
     *     something has a NUL in it
     */
    public Command {
        words = List.copyOf(requireNonNull(words, "words is null"));
        if (words.isEmpty()) {
            throw new IllegalArgumentException("there is no command for the server");
        }
        if (words.stream().skip(1).noneMatch(word -> word.contains(PLACE))) {
            throw new IllegalArgumentException("the command has no " + PLACE
                    + " where the mount point of the server goes: " + String.join(" ", words));
        }
        Program.of(words.get(0), words.subList(1, words.size()));
    }

    /** As the constructor. */
    public static Command of(String... words) {
        return new Command(List.of(words));
    }

    /** The name of the program without its directory. */
    public String name() {
        return name(words.get(0));
    }

    static String name(String file) {
        return file.substring(file.lastIndexOf('/') + 1);
    }

    /**
     * Looks for the program, as it is looked for when it is started.
     *
     * @throws IllegalArgumentException if there is none, or if it cannot be executed
     */
    public void check() {
        try {
            program("").check();
        } catch (IOException e) {
            throw new IllegalArgumentException("cannot run " + words.get(0) + ": " + e.getMessage(), e);
        }
    }

    /** The program with its mount point. */
    Program program(String place) {
        List<String> arguments =
                words.stream().skip(1).map(word -> word.replace(PLACE, place)).toList();
        return Program.of(words.get(0), arguments);
    }

    @Override
    public String toString() {
        return String.join(" ", words);
    }
}
