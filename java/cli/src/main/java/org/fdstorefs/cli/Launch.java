// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.cli;

import static java.util.Objects.requireNonNull;

import java.util.Arrays;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Collectors;
import org.fdstorefs.exec.ProcessState;

/**
 * What the launcher saw before there was a JVM, which opens descriptors that look like inherited
 * ones, and changes the dispositions of signals.
 *
 * @param inherited the descriptors without close-on-exec; empty if the launcher was not used
 * @param ignored the signals that were ignored, bit 0 being signal 1
 * @param blocked the signals that were blocked
 */
record Launch(Optional<Set<Integer>> inherited, long ignored, long blocked) {

    Launch {
        requireNonNull(inherited, "inherited is null");
    }

    static Launch of(Properties properties) {
        return new Launch(
                Optional.ofNullable(properties.getProperty("fdstore.inherited")).map(Launch::numbers),
                mask(properties.getProperty("fdstore.ignored", "0")),
                mask(properties.getProperty("fdstore.blocked", "0")));
    }

    /** Whether that descriptor was inherited, as far as is known. */
    boolean mayHaveInherited(int fd) {
        return inherited.map(fds -> fds.contains(fd)).orElse(true);
    }

    /** Whether that descriptor is known to be inherited. */
    boolean hasInherited(int fd) {
        return inherited.map(fds -> fds.contains(fd)).orElse(false);
    }

    /** What a program is to find again; empty if the launcher was not used. */
    Optional<ProcessState> state() {
        return inherited.map(numbers -> ProcessState.plain()
                .withDescriptors(numbers)
                .withIgnored(ignored)
                .withBlocked(blocked));
    }

    private static Set<Integer> numbers(String text) {
        return Arrays.stream(text.split(" "))
                .filter(number -> !number.isEmpty())
                .map(Integer::valueOf)
                .collect(Collectors.toUnmodifiableSet());
    }

    private static long mask(String hex) {
        return Long.parseUnsignedLong(hex, 16);
    }
}
