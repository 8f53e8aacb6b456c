// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.fuse;

/**
 * A file or directory that was opened.
 *
 * @param handle comes back with every request on the open file; a server that must survive its own
 *     crash has no use for it, and answers 0
 * @param flags {@code FOPEN_*} bits of {@code linux/fuse.h}
 */
public record Opened(long handle, int flags) {
    /** A file without a handle and flags. */
    public static final Opened STATELESS = new Opened(0, 0);
}
