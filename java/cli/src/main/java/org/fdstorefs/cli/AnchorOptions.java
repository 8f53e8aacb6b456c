// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.cli;

import java.io.IOException;
import java.util.Optional;
import org.fdstorefs.Fd;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The descriptor whose readiness ends a store, or what one entry holds. */
final class AnchorOptions {
    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Option(
            names = "--anchor-fd",
            paramLabel = "N",
            description = "release what is stored once this inherited descriptor is ready: a pidfd, an eventfd, a"
                    + " timerfd, or an end of a pipe")
    private @Nullable Integer fd;

    @Option(
            names = "--anchor-pid",
            paramLabel = "PID",
            description = "release what is stored once this process has ended")
    private @Nullable Long pid;

    /** The anchor, if one was asked for; to be closed by the caller. */
    Optional<Fd> open(Descriptors descriptors) throws IOException {
        if (fd != null && pid != null) {
            throw new ParameterException(spec.commandLine(), "--anchor-fd and --anchor-pid exclude each other");
        } else if (fd != null) {
            return Optional.of(descriptors.inherited(fd));
        }
        return pid == null ? Optional.empty() : Optional.of(Descriptors.pidfd(pid));
    }
}
