// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.soak;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The workloads, each at work on a thread. */
final class Crew {
    private static final long GLANCE_MILLIS = 1000;

    private final List<Workload> workloads;
    private final List<Thread> threads = new ArrayList<>();
    private final Duration hang;

    /** For {@code hang} at most a workload may get nothing done. */
    Crew(List<Workload> workloads, Duration hang) {
        this.workloads = List.copyOf(workloads);
        this.hang = hang;
    }

    void start() {
        for (Workload workload : workloads) {
            Thread thread = new Thread(workload, workload.name());
            thread.setDaemon(true); // one that hangs must not keep this process
            if (workload instanceof ProbeWorkload) {
                thread.setPriority(Thread.MAX_PRIORITY); // it measures
            }
            threads.add(thread);
            thread.start();
        }
    }

    /** Ends all after their present rounds; false if one does not come to its end. */
    boolean stop() throws InterruptedException {
        workloads.forEach(Workload::stop);
        while (threads.stream().anyMatch(Thread::isAlive)) {
            for (Thread thread : threads) {
                thread.join(GLANCE_MILLIS);
            }
            if (!hanging().isEmpty()) {
                return false;
            }
        }
        return true;
    }

    /** The workloads that get nothing done. */
    List<String> hanging() {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < threads.size(); i++) {
            Workload workload = workloads.get(i);
            if (threads.get(i).isAlive() && workload.tally().idle().compareTo(hang) > 0) {
                names.add(workload.name());
            }
        }
        return names;
    }

    List<Workload> workloads() {
        return workloads;
    }

    Stream<ProcessHandle> programs() {
        return workloads.stream().flatMap(Workload::programs);
    }

    boolean isClean() {
        return workloads.stream().allMatch(workload -> workload.tally().isClean());
    }
}
