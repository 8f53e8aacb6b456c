// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.soak;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.ParameterException;

/**
 * Kills the servers of a mounted directory again and again while workloads use it. Exits with 0
 * only if nothing failed, differed or hung, and every server did what it should.
 *
 * <p>When a server is killed, and hence what it was doing then, is chance.
 */
public final class Soak {
    private static final int PROGRESS_LINES = 10;

    private final Options options;
    private final Fleet fleet;
    private final Gate gate = new Gate();
    private final List<String> complaints = new ArrayList<>();

    private Soak(Options options) {
        this.options = options;
        this.fleet = new Fleet(
                CommandLines.serve(options.server(), options.source(), options.mount(), options.store()),
                options.standbys(),
                options.hang(),
                Victim.withBackends(options.victims()));
    }

    /** Takes {@link Options}; the exit code is 1 if something was noticed, 2 for wrong arguments. */
    public static void main(String[] args) throws IOException, InterruptedException {
        Locale.setDefault(Locale.ROOT);
        System.exit(execute(args));
    }

    private static int execute(String... args) throws IOException, InterruptedException {
        Soak soak;
        try {
            soak = new Soak(Options.parse(args));
        } catch (ParameterException e) {
            return CommandLines.refuse(e);
        }
        try {
            return soak.run() ? 0 : 1;
        } finally {
            soak.fleet.killAll(); // servers would run for ever
        }
    }

    private boolean run() throws IOException, InterruptedException {
        say("  seed " + options.seed());
        if (!fleet.begin()) {
            complain("the first server does not serve");
            return false;
        }
        fleet.refill();
        if (!fleet.awaitStanding(options.standbys())) {
            complain("standbys do not get ready");
            return false;
        }
        ProbeWorkload probe = new ProbeWorkload(options.mount());
        Crew crew = new Crew(workloads(probe), options.hang());
        // So that no operation has to wait for code to be loaded.
        fileWorker(options.reference().resolve("rehearsal"), options.seed()).rehearse();
        Thread.currentThread().setPriority(Thread.MAX_PRIORITY);
        try (Killer killer = new Killer(options, fleet, probe.prober(), gate)) {
            Report report = new Report(crew.workloads(), fleet, killer, Victim.withBackends(options.victims()));
            crew.start();
            kill(crew, killer, report);
            if (!crew.stop()) {
                complain("hangs: " + crew.hanging());
                printEvidence(crew);
            } else if (options.then() == Options.End.UNMOUNT && !unmount()) {
                printEvidence(crew);
            }
            fleet.killAll();
            fleet.surprises().forEach(this::complain);
            fleet.crashes().forEach(options.mayCrash() ? Soak::say : this::complain);
            crew.workloads().forEach(workload -> workload.tally().failures().forEach(Soak::say));
            boolean clean = crew.isClean() && complaints.isEmpty();
            say(report.progress());
            say(report.table());
            say(report.result(clean));
            return clean;
        }
    }

    private List<Workload> workloads(ProbeWorkload probe) {
        List<Workload> workloads = new ArrayList<>(List.of(probe));
        for (String name : options.workloads()) {
            String directory = name + "-" + workloads.size();
            Path home = options.mount().resolve(directory);
            long seed = options.seed() + 1000L * workloads.size();
            workloads.add(
                    name.equals(Options.FILES)
                            ? fileWorker(home, seed)
                            : new ScriptWorkload(
                                    options.scripts().resolve(name),
                                    home,
                                    options.reference().resolve(directory),
                                    seed));
        }
        return workloads;
    }

    private FileWorker fileWorker(Path home, long seed) {
        return new FileWorker(home, gate, seed, !options.linksUncounted());
    }

    private void kill(Crew crew, Killer killer, Report report) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + options.limit().toNanos();
        int perLine = Math.max(1, options.kills() / PROGRESS_LINES);
        int next = perLine;
        while (killer.killed() < options.kills()) {
            if (System.nanoTime() > deadline) {
                complain("out of time after " + Duration.ofNanos(options.limit().toNanos()));
                return;
            }
            if (!killer.kill()) {
                complain("nobody takes over, or no standby gets ready");
                printEvidence(crew);
                return;
            }
            if (!crew.hanging().isEmpty()) {
                complain("hangs: " + crew.hanging());
                printEvidence(crew);
                return;
            }
            if (killer.killed() >= next && killer.killed() < options.kills()) {
                say(report.progress());
                next += perLine;
            }
        }
    }

    /** Every server must see that it is over. */
    private boolean unmount() throws IOException, InterruptedException {
        fleet.expectEnd();
        int status = new ProcessBuilder("umount", options.mount().toString())
                .inheritIO()
                .start()
                .waitFor();
        if (status != 0) {
            complain("umount ended with " + status);
            return false;
        }
        if (!fleet.awaitEnd()) {
            complain("servers still run after the unmount: " + fleet.pids());
            return false;
        }
        return true;
    }

    private void printEvidence(Crew crew) {
        Evidence evidence = new Evidence(System.out);
        evidence.ofMounts(options.store());
        evidence.ofPrograms(fleet.pids().stream());
        evidence.ofPrograms(crew.programs().map(ProcessHandle::pid));
        evidence.ofOurselves();
    }

    private void complain(String what) {
        complaints.add(what);
        say("! " + what);
    }

    private static void say(String what) {
        System.out.println(what);
    }
}
