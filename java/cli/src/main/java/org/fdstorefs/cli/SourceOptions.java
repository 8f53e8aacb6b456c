// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.cli;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.Locale;
import org.fdstorefs.Fd;
import org.fdstorefs.OpenFlag;
import org.fdstorefs.internal.ByteStrings;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The descriptor to put: an inherited one, one of a file that is opened, or one of another process. */
final class SourceOptions {
    private static final int STANDARD_INPUT = 0;

    /** How {@code --open} opens, with the words of {@code ls -l}. */
    enum Access {
        R(OpenFlag.READ),
        W(OpenFlag.WRITE),
        RW(OpenFlag.READ, OpenFlag.WRITE),
        PATH(OpenFlag.PATH);

        @SuppressWarnings("ImmutableEnumChecker") // nobody changes the array
        private final OpenFlag[] flags;

        Access(OpenFlag... flags) {
            this.flags = flags;
        }

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Option(names = "--fd", paramLabel = "N", description = "an inherited descriptor (default: 0, the standard input)")
    private @Nullable Integer fd;

    @Option(names = "--open", paramLabel = "FILE", description = "open this file, and put its descriptor")
    private @Nullable String file;

    @Option(
            names = "--access",
            paramLabel = "MODE",
            description = "how --open opens the file: r, w, rw or path (default: r)")
    private @Nullable Access access;

    @Option(
            names = "--pid",
            paramLabel = "PID",
            description = "with --pid-fd: a descriptor of this process, which you must be allowed to trace")
    private @Nullable Long pid;

    @Option(names = "--pid-fd", paramLabel = "N", description = "the number of the descriptor in that process")
    private @Nullable Integer pidFd;

    /** The descriptor, to be closed by the caller. */
    Fd open(Descriptors descriptors) throws IOException {
        int sources = (fd == null ? 0 : 1) + (file == null ? 0 : 1) + (pid == null ? 0 : 1);
        require(sources <= 1, "--fd, --open and --pid exclude each other");
        require((pid == null) == (pidFd == null), "--pid and --pid-fd need each other");
        require(access == null || file != null, "--access needs --open");
        if (file != null) {
            return openFile(file);
        } else if (pid != null && pidFd != null) {
            return Descriptors.ofProcess(pid, pidFd);
        }
        return descriptors.inherited(fd == null ? STANDARD_INPUT : fd);
    }

    private Fd openFile(String name) throws IOException {
        try {
            return Fd.open(ByteStrings.toPath(ByteStrings.encode(name)), (access == null ? Access.R : access).flags);
        } catch (NoSuchFileException e) {
            throw new IOException("--open: " + e.getMessage(), e); // no entry: it has an exit code of its own
        }
    }

    private void require(boolean condition, String message) {
        if (!condition) {
            throw new ParameterException(spec.commandLine(), message);
        }
    }
}
