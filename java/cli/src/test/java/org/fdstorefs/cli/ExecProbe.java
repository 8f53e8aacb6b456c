// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.fdstorefs.Fd;
import org.fdstorefs.internal.Sys;

/**
 * A process that becomes a program, as {@code get} does, with files in the place of what entries
 * hold: {@code FILE=N... -- PROGRAM}. Beside them it has a descriptor open that nobody asked for.
 */
final class ExecProbe {
    private ExecProbe() {}

    public static void main(String[] args) throws Exception {
        List<String> all = List.of(args);
        int split = all.indexOf("--");
        List<Received> received = new ArrayList<>();
        for (Wish wish : Wish.parse(all.subList(0, split))) {
            received.add(new Received(wish, Fd.open(Path.of(wish.name()))));
        }
        Exec exec = new Exec(Sys.system(), Launch.of(System.getProperties()), System.err::println);
        int code = exec.become(all.subList(split + 1, all.size()), received);
        // Classes are loaded from the jars and directories of the class path; they must still be there.
        Class.forName("org.fdstorefs.cli.LsCommand");
        System.err.println(received.get(0).fd().isOpen() ? "still here" : "lost");
        System.exit(code);
    }
}
