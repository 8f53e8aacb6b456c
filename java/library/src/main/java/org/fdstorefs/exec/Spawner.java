// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.exec;

import java.io.IOException;
import java.util.List;
import org.fdstorefs.internal.ProcessSys;
import org.fdstorefs.internal.SpawnAttributes;
import org.fdstorefs.internal.Sys;
import org.fdstorefs.internal.SysErrors;

/** Starts a child: posix_spawn(3), with a {@link Trampoline} for what that cannot do. */
final class Spawner {
    private static final long ALL = -1;
    // The C library keeps 32 and 33, and leaves them ignored in the child unless told otherwise.
    private static final long OF_C_LIBRARY = 1L << 31 | 1L << 32;

    private final Sys sys;
    private final ProcessSys processes;
    private final Signals signals;
    private final Limits limits;

    Spawner(Sys sys, ProcessSys processes) {
        this.sys = sys;
        this.processes = processes;
        this.signals = new Signals(processes);
        this.limits = new Limits(processes);
    }

    Child spawn(Setup setup) throws IOException {
        signals.keepEndedChildren();
        ProcessState state = setup.state().orElse(ProcessState.plain());
        long ignored = Signals.ignorable(state.ignored());
        long defaults = setup.state().isPresent() ? ALL & ~ignored : OF_C_LIBRARY;
        Trampoline trampoline = new Trampoline(
                setup.listens(),
                ignored & ~signals.ignored(),
                limits.newOpenFiles(state),
                limits.newCoredumpFilter(state));
        try (Image image = new Image(setup.command(), setup.environment());
                Image outer = outer(setup, trampoline, image);
                SpawnAttributes attributes = new SpawnAttributes(defaults, state.blocked())) {
            Image.Attempt attempt = (file, argv, envp) -> processes.posixSpawn(file, attributes, argv, envp);
            Departure.Act check = trampoline.isNeeded() ? () -> image.find(sys, processes) : () -> 0;
            int result = new Departure(sys, processes, setup.plan(), check, () -> outer.tryAll(attempt)).go();
            if (result < 0) {
                throw SysErrors.exception(result, "posix_spawn", setup.command().get(0));
            }
            return Child.start(processes, attributes.pid());
        }
    }

    private static Image outer(Setup setup, Trampoline trampoline, Image image) {
        if (!trampoline.isNeeded()) {
            return image;
        }
        List<String> command = trampoline.around(setup.command(), setup.environment());
        return new Image(command, Trampoline.ENVIRONMENT);
    }
}
