// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.fuse.mirror;

import java.nio.file.Path;
import java.util.Optional;

/**
 * What the server is told on its command line.
 *
 * @param source the directory to show
 * @param mount where to show it
 * @param store a directory of an fdstorefs in which the session outlives this process
 * @param standby only take over what another server leaves behind
 * @param warmUp load before it is needed what serving needs; implied by {@code standby}
 */
record Options(Path source, Path mount, Optional<Path> store, boolean standby, boolean warmUp) {
    static final String USAGE = "usage: serve --source DIR --mount DIR [--store DIR [--standby]] [--warm-up]";

    /**
     * Reads the arguments, or throws {@link IllegalArgumentException} with what is wrong with them.
     */
    static Options parse(String... args) {
        Path source = null;
        Path mount = null;
        Path store = null;
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
                case "--standby" -> standby = true;
                case "--warm-up" -> warmUp = true;
                default -> throw new IllegalArgumentException("unknown argument " + args[i]);
            }
        }
        if (source == null || mount == null || (standby && store == null)) {
            throw new IllegalArgumentException("missing argument");
        }
        return new Options(source, mount, Optional.ofNullable(store), standby, standby || warmUp);
    }

    private static Path value(String[] args, int index) {
        if (index == args.length) {
            throw new IllegalArgumentException(args[index - 1] + " needs a directory");
        }
        return Path.of(args[index]).toAbsolutePath();
    }
}
