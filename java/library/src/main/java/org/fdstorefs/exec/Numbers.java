// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.exec;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import org.fdstorefs.Fd;

/** Which descriptor gets which number in the program. */
final class Numbers {
    /** The first number that stands for no standard stream; also SD_LISTEN_FDS_START of sd-daemon.h. */
    static final int FIRST = 3;

    private Numbers() {}

    /** A descriptor that the program is given, at that number or at any. */
    record Passed(Fd fd, OptionalInt number) {
        Passed {
            requireNonNull(fd, "fd is null");
            requireNonNull(number, "number is null");
        }
    }

    static int check(int number) {
        if (number < 0) {
            throw new IllegalArgumentException("no descriptor number: " + number);
        }
        return number;
    }

    /**
     * The numbers of all, those that listen from 3 on; what may have any gets the lowest free ones.
     *
     * @param kept the numbers that are taken unless somebody asks for one of them
     * @throws IllegalArgumentException if two want the same number
     */
    static int[] assign(int listening, List<Passed> passed, Set<Integer> kept) {
        Set<Integer> used = new HashSet<>();
        List<Integer> numbers = new ArrayList<>();
        for (int i = 0; i < listening; i++) {
            used.add(FIRST + i);
            numbers.add(FIRST + i);
        }
        for (Passed each : passed) {
            if (each.number().isPresent() && !used.add(each.number().getAsInt())) {
                throw new IllegalArgumentException("two descriptors for the number "
                        + each.number().getAsInt() + (listening > 0 ? "; those that listen have 3 and up" : ""));
            }
        }
        used.addAll(kept);
        int next = FIRST;
        for (Passed each : passed) {
            while (each.number().isEmpty() && !used.add(next)) {
                next++;
            }
            numbers.add(each.number().orElse(next));
        }
        return numbers.stream().mapToInt(Integer::intValue).toArray();
    }
}
