// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.fuse.wire;

import java.nio.ByteBuffer;
import java.util.Optional;
import org.fdstorefs.internal.PageSize;

/**
 * What kernel and server agreed on. They do so once per connection: a server that takes the connection
 * over must learn it from its predecessor.
 *
 * @param minor of the protocol version 7
 * @param flags that are in force
 * @param maxWrite bytes of data in one WRITE
 */
public record Negotiated(int minor, long flags, int maxReadahead, int maxWrite) {
    public static final int MAJOR = 7;

    /** The version that this package is written against. */
    static final int MINOR = 38;

    /** Linux 5.4; the structs have not changed in size since. */
    static final int OLDEST_MINOR = 31;

    private static final int MAX_BACKGROUND = 12;
    private static final int CONGESTION_THRESHOLD = 9;

    /** What to agree on, or nothing if the kernel is too old. */
    public static Optional<Negotiated> with(InitRequest offer, int maxWrite, boolean listsEntries) {
        if (offer.major() != MAJOR || offer.minor() < OLDEST_MINOR) {
            return Optional.empty();
        }
        long wanted = InitFlags.WANTED | (listsEntries ? InitFlags.WANTED_FOR_ENTRIES : 0);
        return Optional.of(
                new Negotiated(Math.min(offer.minor(), MINOR), offer.flags() & wanted, offer.maxReadahead(), maxWrite));
    }

    /** How many pages of data a request may have: READs are bounded by them, and not by {@link #maxWrite}. */
    int pages(int pageSize) {
        return Math.max(1, maxWrite / pageSize);
    }

    /** {@code struct fuse_init_out} of {@code linux/fuse.h}, 64 bytes. */
    void write(ByteBuffer out) {
        out.putInt(MAJOR)
                .putInt(minor)
                .putInt(maxReadahead)
                .putInt((int) flags)
                .putShort((short) MAX_BACKGROUND)
                .putShort((short) CONGESTION_THRESHOLD)
                .putInt(maxWrite)
                .putInt(1) // time_gran: nanoseconds
                .putShort((short) pages(PageSize.ofMachine()))
                .putShort((short) 0) // map_alignment
                .putInt(0); // flags2: only with INIT_EXT, which is not asked for
        for (int unused = 0; unused < 7; unused++) {
            out.putInt(0);
        }
    }
}
