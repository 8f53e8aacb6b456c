// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.cli;

import com.sun.jna.Platform;
import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.fdstorefs.internal.Sys;

/** Where the JVM starts. */
public final class Main {
    private static final int BUFFER_SIZE = 8192;

    private Main() {}

    public static void main(String[] args) {
        useInstalledJna();
        PrintStream out = stream(FileDescriptor.out);
        PrintStream err = stream(FileDescriptor.err);
        Cli cli = new Cli(Sys.system(), Launch.of(System.getProperties()), out, err);
        int code = cli.run(CommandLineBytes.decode(args));
        err.flush();
        System.exit(code);
    }

    // The names of entries are bytes, which only UTF-8 gives back whatever the locale.
    private static PrintStream stream(FileDescriptor fd) {
        return new PrintStream(
                new BufferedOutputStream(new FileOutputStream(fd), BUFFER_SIZE),
                false,
                StandardCharsets.UTF_8);
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
