// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.fuse;

import static java.util.Objects.requireNonNull;

import java.time.Instant;

/**
 * What stat(2) tells of a file.
 *
 * @param inode the number that programs see as {@code st_ino}; need not be the node id
 * @param blocks allocated units of 512 bytes
 * @param mode type and permission bits as in {@code st_mode}
 * @param device of a device node, in the kernel's 32-bit encoding; else 0
 * @param blockSize preferred size of an I/O
 */
public record Attributes(
        long inode,
        long size,
        long blocks,
        Instant accessed,
        Instant modified,
        Instant changed,
        int mode,
        int links,
        int uid,
        int gid,
        int device,
        int blockSize) {
    /** The bits of {@link #mode} that tell the type of a file. */
    public static final int TYPE_MASK = 0170000;

    /** {@link #type} of a directory. */
    public static final int DIRECTORY = 0040000;

    /** {@link #type} of a regular file. */
    public static final int REGULAR = 0100000;

    /** {@link #type} of a symbolic link. */
    public static final int SYMBOLIC_LINK = 0120000;

    /** Refuses missing times. */
    public Attributes {
        requireNonNull(accessed, "accessed is null");
        requireNonNull(modified, "modified is null");
        requireNonNull(changed, "changed is null");
    }

    /** The type bits of the mode. */
    public int type() {
        return mode & TYPE_MASK;
    }

    /** The same with another number of links. */
    public Attributes withLinks(int links) {
        return new Attributes(
                inode, size, blocks, accessed, modified, changed, mode, links, uid, gid, device, blockSize);
    }
}
