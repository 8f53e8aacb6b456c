// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.soak;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The backends of guards, as these tell of them. Not thread-safe. */
final class Backends {
    private static final Pattern STARTED = Pattern.compile("backend (\\d+) started");
    private static final Pattern ENDED = Pattern.compile("backend (\\d+) ended: .*");

    private final Map<ServerProcess, Long> running = new HashMap<>();
    private final Set<Long> killed = new HashSet<>();
    private final List<String> crashes = new ArrayList<>();
    private boolean ending;

    /** Hears a line of a guard; false if it is about something else. */
    boolean said(ServerProcess guard, String line) {
        Matcher started = STARTED.matcher(line);
        if (started.matches()) {
            long pid = Long.parseLong(started.group(1));
            killed.remove(pid); // numbers of processes come again
            running.put(guard, pid);
            return true;
        }
        Matcher ended = ENDED.matcher(line);
        if (ended.matches()) {
            long pid = Long.parseLong(ended.group(1));
            if (running.remove(guard, pid) && !killed.contains(pid) && !ending) {
                crashes.add(guard + " said: " + line);
            }
            return true;
        }
        return false;
    }

    /** The one that a guard has now. */
    Optional<Long> of(ServerProcess guard) {
        return Optional.ofNullable(running.get(guard));
    }

    /** Sends SIGKILL to the backend of a guard; false if it has none. */
    boolean kill(ServerProcess guard) {
        Long pid = running.remove(guard);
        if (pid == null) {
            return false;
        }
        killed.add(pid);
        ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
        return true;
    }

    /** What its backend does is no longer the business of a guard that was killed. */
    void forget(ServerProcess guard) {
        running.remove(guard);
    }

    /** From now on, a backend may end without being killed. */
    void expectEnd() {
        ending = true;
    }

    /** What guards said of backends that ended without being killed. */
    List<String> crashes() {
        return List.copyOf(crashes);
    }
}
