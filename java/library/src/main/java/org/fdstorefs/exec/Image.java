// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.exec;

import java.util.ArrayList;
import java.util.List;
import org.fdstorefs.Errno;
import org.fdstorefs.internal.ByteStrings;
import org.fdstorefs.internal.CStrings;
import org.fdstorefs.internal.Linux;
import org.fdstorefs.internal.ProcessSys;
import org.fdstorefs.internal.Sys;

/**
 * A program, its arguments and its environment in native memory, to be tried in each place where it
 * may be. The methods that try make system calls and little else, as a {@link Departure} wants.
 */
final class Image implements AutoCloseable {
    private static final byte[] SHELL = ByteStrings.encode("/bin/sh");
    // Constants, so that a Departure need not load them.
    private static final int NOT_FOUND = -Errno.ENOENT.number();
    private static final int NOT_ALLOWED = -Errno.EACCES.number();
    private static final int NO_FORMAT = -Errno.ENOEXEC.number();

    // linux/stat.h: the mask, the place of the u16 stx_mode in a struct statx, and two values of that.
    private static final int STATX_TYPE = 1;
    private static final int STATX_MODE_OFFSET = 28;
    private static final int S_IFMT = 0170000;
    private static final int S_IFREG = 0100000;

    /** One way to run what is at that place; a negated errno says that it cannot be. */
    interface Attempt {
        int run(long file, long argv, long envp);
    }

    private final List<byte[]> arguments;
    private final List<byte[]> candidates;
    private final CStrings places;
    private final CStrings argv;
    private final CStrings envp;
    private final CStrings shell;

    Image(List<String> command, List<byte[]> environment) {
        arguments = command.stream().map(ByteStrings::encode).toList();
        candidates = SearchPath.candidates(command.get(0), Environment.path(environment)).stream()
                .map(ByteStrings::encode)
                .toList();
        places = new CStrings(candidates);
        argv = new CStrings(arguments);
        envp = new CStrings(environment);
        shell = new CStrings(List.of(SHELL));
    }

    /** Tries each place as execvp(3) does; returns what the attempt gave that settled it. */
    int tryAll(Attempt attempt) {
        int result = NOT_FOUND;
        for (int i = 0; i < candidates.size(); i++) {
            int outcome = attempt.run(places.string(i), argv.array(), envp.array());
            if (outcome == NO_FORMAT) {
                outcome = asScript(attempt, candidates.get(i));
            }
            if (!SearchPath.goesOn(outcome)) {
                return outcome;
            }
            // That it exists but must not be run says more than that it is not elsewhere.
            result = result == NOT_ALLOWED ? result : outcome;
        }
        return result;
    }

    /** A file that the kernel does not know how to run is a script without a first line. */
    private int asScript(Attempt attempt, byte[] place) {
        List<byte[]> script = new ArrayList<>(arguments);
        script.set(0, place);
        script.add(0, SHELL);
        try (CStrings scriptArgv = new CStrings(script)) {
            return attempt.run(shell.string(0), scriptArgv.array(), envp.array());
        }
    }

    /** Whether there is a place with a file that may be run, without running it. */
    int find(Sys sys, ProcessSys processes) {
        return find(sys, processes, place -> 0);
    }

    /** As above, and whether what the file is to be run by may be run, too. */
    int check(Sys sys, ProcessSys processes) {
        return find(sys, processes, place -> new Interpreter(sys, processes).check(place));
    }

    private interface More {
        int look(byte[] place);
    }

    private int find(Sys sys, ProcessSys processes, More more) {
        int result = NOT_FOUND;
        for (int i = 0; i < candidates.size(); i++) {
            int outcome = look(sys, processes, places.string(i), candidates.get(i));
            if (outcome == 0) {
                outcome = more.look(candidates.get(i));
            }
            if (!SearchPath.goesOn(outcome)) {
                return outcome;
            }
            result = result == NOT_ALLOWED ? result : outcome;
        }
        return result;
    }

    /** Whether that is a file which may be run. */
    static int look(Sys sys, ProcessSys processes, long place, byte[] path) {
        int outcome = processes.access(place, Linux.X_OK);
        if (outcome == 0) {
            byte[] statx = new byte[Linux.STATX_SIZE];
            outcome = sys.statx(Linux.AT_FDCWD, path, 0, STATX_TYPE, statx);
            int low = statx[STATX_MODE_OFFSET] & 0xFF;
            int mode = low | (statx[STATX_MODE_OFFSET + 1] & 0xFF) << 8;
            if (outcome == 0 && (mode & S_IFMT) != S_IFREG) {
                outcome = NOT_ALLOWED;
            }
        }
        return outcome;
    }

    @Override
    public void close() {
        try (places;
                argv;
                envp;
                shell) {
            // Nothing but to close them.
        }
    }
}
