// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.cli;

import java.nio.file.Path;
import java.util.List;
import org.fdstorefs.Fd;
import org.fdstorefs.exec.Program;

/**
 * A process that becomes a program, as {@code get} does, with files in the place of what entries
 * hold: {@code FILE=N... -- PROGRAM}, or with a property {@code FILE=FDNAME... -- PROGRAM} as for --listen-fds. Beside
 * them it has a descriptor open that nobody asked for.
 */
final class ExecProbe {
    private ExecProbe() {}

    public static void main(String[] args) throws Exception {
        List<String> all = List.of(args);
        int split = all.indexOf("--");
        Log log = new Log(false);
        Console console = new Console(System.out, new Report(System.err, false, log), log, false);
        Exec exec = new Exec(Launch.of(System.getProperties()), console);
        List<String> names = all.subList(0, split);
        boolean listen = Boolean.getBoolean("probe.listen");
        List<? extends Request> requests = listen ? ListenRequest.parse(names) : Wish.parse(names);
        Handover handover = listen ? exec.handover(requests.size()) : Handover.none();
        Program program = handover.give(exec.program(all.subList(split + 1, all.size())));
        Fd last = null;
        for (Request request : requests) {
            last = Fd.open(Path.of(request.name()));
            program = request.give(program, last);
        }
        int code = exec.become(program);
        // Classes are loaded from the jars and directories of the class path; they must still be there.
        Class.forName("org.fdstorefs.cli.LsCommand");
        System.err.println(last.isOpen() ? "still here" : "lost");
        System.exit(code);
    }
}
