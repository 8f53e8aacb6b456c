// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.cli;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;

/**
 * Runs what users run most, so that the JVM which fdstore-cds watches doing so loads what that
 * takes. The argument is a directory, at best of a store; whether the commands succeed does not
 * matter.
 */
final class Training {
    private static final String NAME = "fdstore-training";

    private Training() {}

    public static void main(String[] args) {
        Main.useInstalledJna();
        String store = Path.of(args[0]).toString();
        CommandLineBytes.decode(args);
        for (List<String> command : List.of(
                List.of("--help"),
                List.of("ls", "--help"),
                List.of("no-such-command"),
                List.of("put", "--store", store, NAME),
                List.of("put", "--store", store, NAME),
                List.of("put", "--store", store, "--replace", NAME),
                List.of("ls", "--store", store),
                List.of("ls", "--store", store, "--long"),
                List.of("ls", "--store", store, "--json"),
                List.of("wait", "--store", store, "--timeout", "0", NAME),
                List.of("info", "--store", store, NAME),
                List.of("get", "--store", store, NAME, "--", "/nonexistent/program"),
                List.of("take", "--store", store, NAME + "=7", "--", "/nonexistent/program"),
                List.of("rm", "--store", store, NAME),
                List.of("rm", "--store", store, NAME))) {
            run(command);
        }
    }

    private static void run(List<String> command) {
        Output out = new Output(OutputStream.nullOutputStream());
        PrintStream err = new Output(OutputStream.nullOutputStream()).stream();
        new Cli(Launch.of(System.getProperties()), out, err).run(command);
    }
}
