// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.cli;

import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The arguments, before picocli sees them: what must be known to declare one subcommand alone, and
 * to report its complaints.
 *
 * @param subcommand the first word that is no option; empty if an option comes first that not all subcommands have
 * @param own all of them but the program to run
 * @param program what is behind {@code --}, for a subcommand that runs it
 */
record Arguments(String subcommand, List<String> own, List<String> program) {
    private static final String END_OF_OPTIONS = "--";
    private static final Set<String> STORE = Set.of("-s", "--store");
    private static final Set<String> FLAGS = Set.of("--json", "-v", "--verbose");

    /**
     * Takes the arguments apart.
     *
     * @param withProgram the subcommands that run a program
     * @param aliases other names of subcommands, and their real ones
     */
    static Arguments of(List<String> args, Set<String> withProgram, Map<String, String> aliases) {
        String word = firstWord(args);
        String subcommand = aliases.getOrDefault(word, word);
        int split = withProgram.contains(subcommand) ? programMark(args, args.indexOf(word)) : -1;
        return split < 0
                ? new Arguments(subcommand, args, List.of())
                : new Arguments(subcommand, args.subList(0, split), args.subList(split + 1, args.size()));
    }

    boolean json() {
        return hasOption("--json");
    }

    boolean verbose() {
        return hasOption("-v") || hasOption("--verbose");
    }

    private boolean hasOption(String option) {
        int end = own.indexOf(END_OF_OPTIONS);
        return (end < 0 ? own : own.subList(0, end)).contains(option);
    }

    /**
     * Where the program begins: at the first {@code --} or, if no name is before that, so that it ends the options
     * for the sake of names that look like some, at the second.
     */
    private static int programMark(List<String> args, int subcommand) {
        int first = args.indexOf(END_OF_OPTIONS);
        if (first < 0) {
            return first;
        }
        boolean named = hasWord(args.subList(subcommand + 1, first));
        int more = args.subList(first + 1, args.size()).indexOf(END_OF_OPTIONS);
        return named || more < 0 ? first : first + 1 + more;
    }

    private static boolean hasWord(List<String> args) {
        for (int i = 0; i < args.size(); i++) {
            boolean isValue = i > 0 && STORE.contains(args.get(i - 1));
            if (!args.get(i).startsWith("-") && !isValue) {
                return true;
            }
        }
        return false;
    }

    private static String firstWord(List<String> args) {
        int i = 0;
        while (i < args.size() && args.get(i).startsWith("-")) {
            String arg = args.get(i);
            if (STORE.contains(arg)) {
                i += 2;
            } else if (arg.startsWith("-s") || arg.startsWith("--store=") || FLAGS.contains(arg)) {
                i++;
            } else {
                return "";
            }
        }
        return i < args.size() ? args.get(i) : "";
    }
}
