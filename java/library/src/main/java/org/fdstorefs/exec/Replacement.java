// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.exec;

import java.io.IOException;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.fdstorefs.internal.ProcessSys;
import org.fdstorefs.internal.Sys;
import org.fdstorefs.internal.SysErrors;

/** Makes this process another program: execve(2), and before it what a program inherits. */
final class Replacement {
    // The JVM lives on these (ILL, TRAP, BUS, FPE, SEGV) to the last. Nobody can ignore the real ones.
    private static final long NEEDED_BY_JVM = 1L << 3 | 1L << 4 | 1L << 6 | 1L << 7 | 1L << 10;

    private final Sys sys;
    private final ProcessSys processes;
    private final Signals signals;
    private final Limits limits;

    Replacement(Sys sys, ProcessSys processes) {
        this.sys = sys;
        this.processes = processes;
        this.signals = new Signals(processes);
        this.limits = new Limits(processes);
    }

    /** Returns only by an exception, and then with everything as it was. */
    Void become(Setup setup) throws IOException {
        ProcessState state = setup.state().orElse(ProcessState.plain());
        OptionalInt newFilter = limits.newCoredumpFilter(state);
        int oldFilter = newFilter.isPresent() ? limits.coredumpFilter() : 0;
        List<Signals.Replaced> replaced = List.of();
        try (Image image = new Image(setup.command(), setup.environment())) {
            if (newFilter.isPresent()) {
                limits.setCoredumpFilter(newFilter.getAsInt());
            }
            if (setup.state().isPresent()) {
                replaced = signals.ignore(state.ignored() & ~NEEDED_BY_JVM);
            }
            int result = depart(setup.plan(), image, state);
            throw SysErrors.exception(result, "execve", setup.command().get(0));
        } finally {
            signals.restore(replaced);
            if (newFilter.isPresent()) {
                limits.setCoredumpFilter(oldFilter);
            }
        }
    }

    private int depart(Plan plan, Image image, ProcessState state) throws IOException {
        OptionalLong openFiles = limits.newOpenFiles(state);
        byte[] oldLimits = limits.openFiles();
        byte[] newLimits = openFiles.isPresent() ? Limits.withSoft(oldLimits, openFiles.getAsLong()) : oldLimits;
        long blocked = state.blocked();
        Image.Attempt attempt = processes::execve;
        Departure departure = new Departure(sys, processes, plan, () -> 0, () -> {
            // Only now: some numbers of the descriptors may be beyond it.
            int result = limits.setOpenFiles(newLimits);
            if (result < 0) {
                return result;
            }
            processes.setSignalMask(blocked);
            return image.tryAll(attempt);
        });
        try {
            return departure.go();
        } finally {
            limits.setOpenFiles(oldLimits);
        }
    }
}
