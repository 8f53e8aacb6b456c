// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.cli;

import static java.util.Objects.requireNonNull;

import java.util.HashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.fdstorefs.Fd;
import org.fdstorefs.exec.Program;

/**
 * An entry, and the number at which the program gets its descriptor.
 *
 * @param name the name of the entry
 * @param target the number; empty for the lowest one that is free
 */
record Wish(String name, OptionalInt target) implements Request {
    private static final Pattern NUMBERED = Pattern.compile("(.*)=([0-9]+)", Pattern.DOTALL);

    Wish {
        requireNonNull(name, "name is null");
        requireNonNull(target, "target is null");
    }

    @Override
    public Program give(Program program, Fd fd) {
        return target.isPresent() ? program.pass(fd, target.getAsInt()) : program.pass(fd);
    }

    /**
     * The wishes of these arguments, {@code NAME} or {@code NAME=N}, in their order.
     *
     * @throws IllegalArgumentException if two want the same number
     */
    static List<Wish> parse(List<String> texts) {
        List<Wish> wishes = texts.stream().map(Wish::parse).toList();
        Set<Integer> used = new HashSet<>();
        for (Wish wish : wishes) {
            if (wish.target.isPresent() && !used.add(wish.target.getAsInt())) {
                throw new IllegalArgumentException("two names for the descriptor " + wish.target.getAsInt());
            }
        }
        return wishes;
    }

    private static Wish parse(String text) {
        Matcher numbered = NUMBERED.matcher(text);
        return numbered.matches()
                ? new Wish(numbered.group(1), OptionalInt.of(number(numbered.group(2))))
                : new Wish(text, OptionalInt.empty());
    }

    private static int number(String digits) {
        try {
            return Integer.parseInt(digits);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("too large for the number of a descriptor: " + digits, e);
        }
    }
}
