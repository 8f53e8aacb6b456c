// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.fuse;

import static java.util.Objects.requireNonNull;

/** A file that was made and opened in one step. */
public record Created(Entry entry, Opened opened) {
    /** Refuses a missing part. */
    public Created {
        requireNonNull(entry, "entry is null");
        requireNonNull(opened, "opened is null");
    }
}
