// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.cli;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.fdstorefs.Fd;
import org.fdstorefs.exec.Program;

/**
 * An entry, and the number that the program gets its descriptor by.
 *
 * @param name the name of the entry
 * @param target the number
 */
record Wish(String name, int target) implements Request {
    /** The first number that stands for no standard stream. */
    private static final int FIRST_TARGET = 3;

    private static final Pattern NUMBERED = Pattern.compile("(.*)=([0-9]+)", Pattern.DOTALL);

    Wish {
        requireNonNull(name, "name is null");
    }

    @Override
    public Program give(Program program, Fd fd) {
        return program.pass(fd, target);
    }

    /** An argument: {@code NAME} or {@code NAME=N}. */
    private record Argument(String name, OptionalInt number) {

        static Argument parse(String text) {
            Matcher numbered = NUMBERED.matcher(text);
            return numbered.matches()
                    ? new Argument(numbered.group(1), OptionalInt.of(number(numbered.group(2))))
                    : new Argument(text, OptionalInt.empty());
        }

        private static int number(String digits) {
            try {
                return Integer.parseInt(digits);
            } catch (NumberFormatException e) {
                throw new IllegalArgumentException("too large for the number of a descriptor: " + digits, e);
            }
        }
    }

    /**
     * The wishes of these arguments, in their order.
     *
     * @throws IllegalArgumentException if two want the same number
     */
    static List<Wish> parse(List<String> texts) {
        List<Argument> arguments = texts.stream().map(Argument::parse).toList();
        Set<Integer> used = new HashSet<>();
        for (Argument argument : arguments) {
            argument.number().ifPresent(number -> {
                if (!used.add(number)) {
                    throw new IllegalArgumentException("two names for the descriptor " + number);
                }
            });
        }
        List<Wish> wishes = new ArrayList<>();
        int next = FIRST_TARGET;
        for (Argument argument : arguments) {
            while (argument.number().isEmpty() && !used.add(next)) {
                next++;
            }
            wishes.add(new Wish(argument.name(), argument.number().orElse(next)));
        }
        return List.copyOf(wishes);
    }
}
