// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.fuse;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * What a SETATTR changes; what is empty stays as it is.
 *
 * @param mode permission bits
 * @param accessed a time, or {@link #NOW} for the present one
 * @param modified likewise
 */
public record AttributeChanges(
        OptionalInt mode,
        OptionalInt uid,
        OptionalInt gid,
        OptionalLong size,
        Optional<Instant> accessed,
        Optional<Instant> modified) {
    /** Stands for the time at which the change is made. */
    public static final Instant NOW = Instant.MAX;
}
