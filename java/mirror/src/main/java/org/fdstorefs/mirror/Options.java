// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.mirror;

import java.nio.file.Path;
import java.util.Optional;

/**
 * The command line of the server.
 *
 * @param source the directory to show
 * @param mount where to show it
 * @param store a directory of an fdstorefs in which the session outlives this process
 * @param workers how many threads answer requests
 * @param standby only take over what another server leaves behind
 * @param warmUp load before it is needed what serving needs; implied by {@code standby}
 */
record Options(Path source, Path mount, Optional<Path> store, int workers, boolean standby, boolean warmUp) {
    private static final int MAX_WORKERS = 64;

    static final String USAGE =
            "usage: serve --source DIR --mount DIR [--store DIR [--standby]] [--workers N] [--warm-up]";

    /**
     * Reads the arguments, or throws {@link IllegalArgumentException} with what is wrong with them.
     */
    static Options parse(String... args) {
        Path source = null;
        Path mount = null;
        Path store = null;
        int workers = 1;
        boolean standby = false;
        boolean warmUp = false;
        if (args.length == 0 || !args[0].equals("serve")) {
            throw new IllegalArgumentException("no command");
        }
        for (int i = 1; i < args.length; i++) {
            switch (args[i]) {
                case "--source" -> source = value(args, ++i);
                case "--mount" -> mount = value(args, ++i);
                case "--store" -> store = value(args, ++i);
                case "--workers" -> workers = number(args, ++i);
                case "--standby" -> standby = true;
                case "--warm-up" -> warmUp = true;
                default -> throw new IllegalArgumentException("unknown argument " + args[i]);
            }
        }
        if (source == null || mount == null || (standby && store == null)) {
            throw new IllegalArgumentException("missing argument");
        }
        return new Options(source, mount, Optional.ofNullable(store), workers, standby, standby || warmUp);
    }

    private static int number(String[] args, int index) {
        try {
            int number = index < args.length ? Integer.parseInt(args[index]) : 0;
            if (number >= 1 && number <= MAX_WORKERS) {
                return number;
            }
        } catch (NumberFormatException e) {
            // reported below
        }
        throw new IllegalArgumentException(args[index - 1] + " needs a number from 1 to " + MAX_WORKERS);
    }

    private static Path value(String[] args, int index) {
        if (index == args.length) {
            throw new IllegalArgumentException(args[index - 1] + " needs a directory");
        }
        return Path.of(args[index]).toAbsolutePath();
    }
}
