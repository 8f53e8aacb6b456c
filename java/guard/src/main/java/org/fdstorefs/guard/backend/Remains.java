// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.guard.backend;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.fdstorefs.Fd;
import org.fdstorefs.guard.backend.ProcessTable.Entry;

/**
 * What is left of the servers of a guard: every process that has inherited the token, and what such a process
 * has started without it.
 */
public final class Remains {
    /** The environment variable that has the token. */
    public static final String VARIABLE = "FDSTOREFS_GUARD";

    private static final int SIGTERM = 15;

    private static final int SELF = (int) ProcessHandle.current().pid();

    private final ProcessTable table;

    private Remains(Token token) {
        table = new ProcessTable(token);
    }

    /** A process that is to end. */
    private record Victim(int pid, Fd pidfd) {}

    /**
     * Has a server end in good order: SIGTERM for its first process, and after a time SIGKILL. Returns when that has
     * ended.
     */
    public static void terminate(Fd pidfd, Duration grace) throws IOException {
        Pidfd.signal(pidfd, SIGTERM, "the server");
        if (!Pidfd.awaitEnd(pidfd, grace)) {
            Pidfd.kill(pidfd, "the server");
            Pidfd.awaitEnd(pidfd);
        }
    }

    /**
     * Kills what is left of the servers of a guard, and returns when all of it has ended, so that two servers
     * never work at once. A zombie has ended. A process that cannot be killed now, as one that waits for a disk,
     * is waited for without a limit of time.
     *
     * <p>What has got rid of the variable is found as long as what started it lives. This process is never killed.
     *
     * @param pidfd the first process of the server, as {@link BackendProcess#pidfd} gave it to this process or to
     *     a former one; stays open
     * @param token as it was given to {@link BackendProcess#start}
     * @throws java.nio.file.AccessDeniedException if this process may not kill one of them
     */
    public static void kill(Optional<Fd> pidfd, String token) throws IOException {
        requireNonNull(pidfd, "pidfd is null");
        Token marked = new Token(token);
        Remains remains = new Remains(marked);
        Set<Integer> roots = new HashSet<>();
        if (pidfd.isPresent()) {
            Pidfd.pid(pidfd.get()).ifPresent(roots::add);
        }
        List<Victim> victims = remains.find(roots);
        if (pidfd.isPresent()) {
            Pidfd.kill(pidfd.get(), "the server"); // which needs no number that this process can see
        }
        while (!victims.isEmpty()) {
            kill(victims);
            victims = remains.find(Set.of());
        }
        if (pidfd.isPresent()) {
            Pidfd.awaitEnd(pidfd.get());
        }
        PrivateDirectory.removeAll(marked);
    }

    private static void kill(List<Victim> victims) throws IOException {
        try {
            for (Victim victim : victims) {
                Pidfd.kill(victim.pidfd(), "process " + victim.pid());
            }
            for (Victim victim : victims) {
                Pidfd.awaitEnd(victim.pidfd());
            }
        } finally {
            close(victims);
        }
    }

    private static void close(List<Victim> victims) throws IOException {
        for (Victim victim : victims) {
            victim.pidfd().close();
        }
    }

    /** Those that have the token or are among the roots, with their descendants, and have not ended. */
    private List<Victim> find(Set<Integer> roots) throws IOException {
        List<Victim> victims = new ArrayList<>();
        try {
            for (Entry entry : family(table.read(), roots)) {
                Optional<Fd> pidfd = Pidfd.open(entry.pid());
                if (pidfd.isPresent()) {
                    // Meanwhile the number may have gone to another process.
                    boolean same = table.read(entry.pid())
                            .filter(now -> now.start() == entry.start())
                            .isPresent();
                    if (same && !Pidfd.hasEnded(pidfd.get())) {
                        victims.add(new Victim(entry.pid(), pidfd.get()));
                    } else {
                        pidfd.get().close();
                    }
                }
            }
            return victims;
        } catch (Throwable e) {
            close(victims);
            throw e;
        }
    }

    private static List<Entry> family(List<Entry> all, Set<Integer> roots) {
        Set<Integer> family = new HashSet<>(roots);
        all.stream().filter(Entry::marked).map(Entry::pid).forEach(family::add);
        family.remove(SELF);
        boolean grown = true;
        while (grown) {
            grown = false;
            for (Entry entry : all) {
                grown |= entry.pid() != SELF && family.contains(entry.parent()) && family.add(entry.pid());
            }
        }
        return all.stream().filter(entry -> family.contains(entry.pid())).toList();
    }
}
