// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.fdstorefs.internal.ByteStrings;

/**
 * The arguments as {@link ByteStrings}. The JVM decodes them with the charset of the locale, and
 * what that cannot express is lost; /proc/self/cmdline still has the bytes.
 */
final class CommandLineBytes {
    private static final Path COMMAND_LINE = Path.of("/proc/self/cmdline");

    private CommandLineBytes() {}

    /** The arguments; as the JVM gave them if there is no /proc. */
    static List<String> decode(String[] args) {
        byte[] all;
        try {
            all = Files.readAllBytes(COMMAND_LINE);
        } catch (IOException e) {
            return List.of(args);
        }
        return last(args.length, all);
    }

    /** The last of these strings, each of which ends in NUL. */
    static List<String> last(int count, byte[] commandLine) {
        List<String> strings = new ArrayList<>();
        int start = 0;
        for (int i = 0; i < commandLine.length; i++) {
            if (commandLine[i] == 0) {
                strings.add(ByteStrings.decode(Arrays.copyOfRange(commandLine, start, i)));
                start = i + 1;
            }
        }
        return strings.subList(strings.size() - count, strings.size());
    }
}
