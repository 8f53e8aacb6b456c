// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.cli;

import com.sun.jna.Platform;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where the JVM starts. */
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        useInstalledJna();
        // Buffered and in UTF-8, as the output.
        PrintStream err = new Output(new FileOutputStream(FileDescriptor.err)).stream();
        Output out = new Output(new FileOutputStream(FileDescriptor.out));
        int code = new Cli(Launch.of(System.getProperties()), out, err).run(CommandLineBytes.decode(args));
        System.exit(code);
    }

    /** JNA would otherwise unpack its library to a temporary file, at every start. */
    static void useInstalledJna() {
        String home = System.getProperty("fdstore.home");
        if (home != null) {
            Path directory = Path.of(home, Platform.RESOURCE_PREFIX);
            if (Files.exists(directory.resolve(System.mapLibraryName("jnidispatch")))) {
                System.setProperty("jna.boot.library.path", directory.toString());
                System.setProperty("jna.nounpack", "true");
            }
        }
    }
}
