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

    @Option(
            names = "--expire",
            paramLabel = "TIME",
            description =
                    "release what is stored after this number of seconds, which may be a decimal fraction, or at this time:"
                            + " @SECONDS since 1970, or a date and a time such as 2026-11-30T18:00:00Z; without the Z, in this"
                            + " machine's time zone")
    private @Nullable String expiry;

    /** Whether one was asked for. */
    boolean isAsked() {
        return fd != null || pid != null || expiry != null;
    }

    /** The anchor, if one was asked for; to be closed by the caller. */
    Optional<Fd> open(Descriptors descriptors) throws IOException {
        int anchors = (fd == null ? 0 : 1) + (pid == null ? 0 : 1) + (expiry == null ? 0 : 1);
        if (anchors > 1) {
            throw new ParameterException(
                    spec.commandLine(), "--anchor-fd, --anchor-pid and --expire exclude each other");
        } else if (fd != null) {
            return Optional.of(descriptors.inherited(fd));
        } else if (pid != null) {
            return Optional.of(Descriptors.pidfd(pid));
        }
        return expiry == null ? Optional.empty() : Optional.of(Expiry.timer(expiry));
    }
}
