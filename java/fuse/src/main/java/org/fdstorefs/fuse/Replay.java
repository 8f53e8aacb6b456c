// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.fuse;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * What a server found when it took a session over: the requests that its predecessor had read and not
 * marked as answered. Opcodes are named as in {@code linux/fuse.h}, without {@code FUSE_}; those that are not known here
 * as {@code OPCODE_52}.
 *
 * @param executed the requests that the file system worked on once more, or for the first time
 * @param resent those whose replies were complete and were sent now
 * @param answered how many the kernel already had the answers to; for these nothing was done
 */
public record Replay(List<String> executed, List<String> resent, int answered) {
    /** Copies the lists. */
    public Replay {
        executed = List.copyOf(requireNonNull(executed, "executed is null"));
        resent = List.copyOf(requireNonNull(resent, "resent is null"));
    }
}
