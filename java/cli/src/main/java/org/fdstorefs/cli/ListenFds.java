// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.cli;

import java.io.IOException;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.fdstorefs.exec.Program;
import org.fdstorefs.internal.ByteStrings;

/**
 * The descriptors that a service manager passed to this process, as sd_listen_fds(3) finds them.
 *
 * @param names their names; the first is of descriptor 3
 */
record ListenFds(List<String> names) {
    /** SD_LISTEN_FDS_START of sd-daemon.h. */
    static final int FIRST = 3;

    static final String NOT_OPEN = "not an open descriptor, though LISTEN_FDS says so";

    // What sd_listen_fds_with_names(3) calls those without names.
    private static final String NO_NAME = "unknown";
    private static final String NONE = "0";
    private static final String PID = "LISTEN_PID";
    private static final String COUNT = "LISTEN_FDS";
    private static final String NAMES = "LISTEN_FDNAMES";

    ListenFds {
        names = List.copyOf(names);
    }

    /**
     * Those of an environment.
     *
     * @param pid the id of the process that has it
     * @throws IOException if it names none, or those of another process
     */
    static ListenFds of(List<byte[]> environment, long pid) throws IOException {
        Map<String, String> variables = variables(environment);
        checkPid(required(variables, PID), pid);
        return of(variables);
    }

    /**
     * As above, but none if the environment names none, or those of another process.
     *
     * @throws IOException if it makes no sense
     */
    static ListenFds ifAny(List<byte[]> environment, long pid) throws IOException {
        Map<String, String> variables = variables(environment);
        boolean ours = Long.toString(pid).equals(variables.get(PID));
        return ours && !variables.getOrDefault(COUNT, NONE).equals(NONE) ? of(variables) : new ListenFds(List.of());
    }

    private static Map<String, String> variables(List<byte[]> environment) {
        Map<String, String> variables = new HashMap<>();
        for (byte[] entry : environment) {
            String[] parts = ByteStrings.decode(entry).split("=", 2);
            if (parts.length == 2) {
                variables.putIfAbsent(parts[0], parts[1]);
            }
        }
        return variables;
    }

    private static ListenFds of(Map<String, String> variables) throws IOException {
        int count = count(required(variables, COUNT));
        String joined = variables.get(NAMES);
        List<String> names = joined == null ? Collections.nCopies(count, NO_NAME) : List.of(joined.split(":", -1));
        if (names.size() != count) {
            throw new IOException(
                    "%s has %d names, and %s says %d descriptors".formatted(NAMES, names.size(), COUNT, count));
        }
        for (String name : names) {
            if (!Program.isListenName(name)) {
                throw new IOException(
                        "%s has a name that is not printable ASCII, or too long: %s".formatted(NAMES, name));
            }
        }
        return new ListenFds(names);
    }

    private static String required(Map<String, String> variables, String name) throws IOException {
        String value = variables.get(name);
        if (value == null) {
            throw new IOException(name + " is not set: nothing was passed; a service manager sets it, or"
                    + " systemd-socket-activate(1)");
        }
        return value;
    }

    private static void checkPid(String text, long pid) throws IOException {
        if (!text.equals(Long.toString(pid))) {
            throw new IOException("%s is %s, and this process is %d: the descriptors were passed to another one"
                    .formatted(PID, text, pid));
        }
    }

    private static int count(String text) throws IOException {
        if (!text.matches("[0-9]{1,9}")) {
            throw new IOException(COUNT + " is no number of descriptors: " + text);
        }
        int count = Integer.parseInt(text);
        if (count == 0) {
            throw new IOException(COUNT + " is 0: there is nothing to import");
        }
        return count;
    }
}
