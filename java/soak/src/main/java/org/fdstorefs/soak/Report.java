// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.soak;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.List;

/** Puts the counts into words. */
final class Report {
    private static final String COLUMNS = "%-10s %8s %12s %8s %10s %16s%n";

    private final List<Workload> workloads;
    private final Fleet fleet;
    private final Killer killer;
    private final boolean guarded;
    private final long begin = System.nanoTime();

    Report(List<Workload> workloads, Fleet fleet, Killer killer, boolean guarded) {
        this.workloads = List.copyOf(workloads);
        this.fleet = requireNonNull(fleet, "fleet is null");
        this.killer = requireNonNull(killer, "killer is null");
        this.guarded = guarded;
    }

    /** One line for now. */
    String progress() {
        Tally.Counts sum = sum();
        return "  t=%5.1fs kills=%d between-read-and-reply=%d operations=%d failed=%d differing=%d longest-stall=%dms"
                .formatted(
                        seconds(),
                        killer.killed(),
                        fleet.takeovers().between(),
                        sum.operations(),
                        sum.failed(),
                        sum.differing(),
                        sum.longest().toMillis());
    }

    /** A table with a line for each workload. */
    String table() {
        StringBuilder table = new StringBuilder(
                COLUMNS.formatted("workload", "rounds", "operations", "failed", "differing", "longest stall"));
        for (Workload workload : workloads) {
            Tally.Counts counts = workload.tally().counts();
            table.append(COLUMNS.formatted(
                    workload.name(),
                    counts.rounds(),
                    counts.operations(),
                    counts.failed(),
                    counts.differing(),
                    counts.longest().isZero() ? "-" : counts.longest().toMillis() + " ms"));
        }
        return table.toString().stripTrailing();
    }

    /** One line for programs. */
    String result(boolean clean) {
        Tally.Counts sum = sum();
        return "RESULT %s kills=%d successors=%d %s operations=%d failed=%d differing=%d longest-stall-ms=%d %s seconds=%.0f%s"
                .formatted(
                        clean ? "ok" : "FAILED",
                        killer.killed(),
                        killer.successors(),
                        fleet.takeovers().words(),
                        sum.operations(),
                        sum.failed(),
                        sum.differing(),
                        sum.longest().toMillis(),
                        killer.firstAnswers(Victim.GUARD).words("first-answer"),
                        seconds(),
                        guarded ? " " + ofGuards() : "");
    }

    private String ofGuards() {
        return "%s crashes=%d %s %s"
                .formatted(
                        killer.victims(),
                        fleet.crashes().size(),
                        killer.firstAnswers(Victim.BACKEND).words("backend-answer"),
                        killer.firstAnswers(Victim.BOTH).words("both-answer"));
    }

    private Tally.Counts sum() {
        return workloads.stream()
                .map(workload -> workload.tally().counts())
                .reduce(new Tally.Counts(0, 0, 0, 0, Duration.ZERO), Report::plus);
    }

    private static Tally.Counts plus(Tally.Counts a, Tally.Counts b) {
        return new Tally.Counts(
                a.rounds() + b.rounds(),
                a.operations() + b.operations(),
                a.failed() + b.failed(),
                a.differing() + b.differing(),
                a.longest().compareTo(b.longest()) > 0 ? a.longest() : b.longest());
    }

    private double seconds() {
        return (System.nanoTime() - begin) / 1e9;
    }
}
