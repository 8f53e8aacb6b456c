// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.fdstorefs.Fd;
import org.fdstorefs.exec.Program;
import org.fdstorefs.internal.ProcessSys;

/**
 * What a service manager has passed to this process, for the program that it becomes: LISTEN_FDS counts that first,
 * and then of what comes out of the store.
 */
final class Handover implements AutoCloseable {
    private final List<String> names;
    private final List<Fd> files;

    private Handover(List<String> names, List<Fd> files) {
        this.names = names;
        this.files = files;
    }

    /** Nothing. */
    static Handover none() {
        return new Handover(List.of(), List.of());
    }

    /**
     * What was passed to this process, if anything, and room behind it.
     *
     * @param more how many come behind
     * @throws IOException if there is something else where they come
     */
    static Handover withRoomFor(int more, Launch launch) throws IOException {
        List<String> names = passed().names();
        int end = ListenFds.FIRST + names.size() + more;
        for (int number = ListenFds.FIRST + names.size(); number < end; number++) {
            if (launch.hasInherited(number)) {
                throw new IOException(("descriptor %1$d is already open, and LISTEN_FDS needs that number: close it for"
                                + " fdstore (%1$d<&-)%2$s")
                        .formatted(number, names.isEmpty() ? ", or pass it by LISTEN_FDS" : ""));
            }
        }
        Descriptors descriptors = new Descriptors(launch);
        Handover handover = new Handover(names, new ArrayList<>());
        try {
            for (int i = 0; i < names.size(); i++) {
                handover.files.add(descriptors.inherited(ListenFds.FIRST + i, ListenFds.NOT_OPEN));
            }
            return handover;
        } catch (Throwable e) {
            handover.close();
            throw e;
        }
    }

    /**
     * Checks whether a number may be given to another descriptor.
     *
     * @throws IOException if a service manager has passed what has that number
     */
    static void requireNotPassed(int number) throws IOException {
        if (number >= ListenFds.FIRST) {
            int end = ListenFds.FIRST + passed().names().size();
            if (number < end) {
                throw new IOException(
                        "descriptor %d is one of those that a service manager has passed (LISTEN_FDS): give %d or more, or no number"
                                .formatted(number, end));
            }
        }
    }

    private static ListenFds passed() throws IOException {
        return ListenFds.ifAny(
                ProcessSys.system().environment(), ProcessSys.system().getpid());
    }

    /** The program with what was passed. */
    Program give(Program program) {
        Program all = program;
        for (int i = 0; i < files.size(); i++) {
            all = all.listen(names.get(i), files.get(i));
        }
        return all;
    }

    @Override
    public void close() throws IOException {
        for (Fd file : files) {
            file.close();
        }
    }
}
