// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.fuse;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * What a SETATTR wants changed; what is empty stays as it is.
 *
 * @param mode permission bits
 * @param accessed {@link Optional#empty} to leave it, {@link #NOW} for the present time
 * @param modified as {@code accessed}
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

    private static final int MODE = 1;
    private static final int UID = 1 << 1;
    private static final int GID = 1 << 2;
    private static final int SIZE = 1 << 3;
    private static final int ATIME = 1 << 4;
    private static final int MTIME = 1 << 5;
    private static final int ATIME_NOW = 1 << 7;
    private static final int MTIME_NOW = 1 << 8;

    /** Reads {@code struct fuse_setattr_in} of {@code linux/fuse.h}, 88 bytes. */
    static AttributeChanges read(ByteBuffer in) {
        int valid = in.getInt();
        in.getInt();
        in.getLong(); // fh
        long size = in.getLong();
        in.getLong(); // lock_owner
        long accessed = in.getLong();
        long modified = in.getLong();
        in.getLong(); // ctime: set by whatever changes
        int accessedNanos = in.getInt();
        int modifiedNanos = in.getInt();
        in.getInt(); // ctimensec
        int mode = in.getInt();
        in.getInt();
        int uid = in.getInt();
        int gid = in.getInt();
        in.getInt();
        return new AttributeChanges(
                (valid & MODE) != 0 ? OptionalInt.of(mode & 07777) : OptionalInt.empty(),
                (valid & UID) != 0 ? OptionalInt.of(uid) : OptionalInt.empty(),
                (valid & GID) != 0 ? OptionalInt.of(gid) : OptionalInt.empty(),
                (valid & SIZE) != 0 ? OptionalLong.of(size) : OptionalLong.empty(),
                time(valid, ATIME, ATIME_NOW, accessed, accessedNanos),
                time(valid, MTIME, MTIME_NOW, modified, modifiedNanos));
    }

    private static Optional<Instant> time(int valid, int set, int setNow, long seconds, int nanos) {
        if ((valid & setNow) != 0) {
            return Optional.of(NOW);
        }
        return (valid & set) != 0 ? Optional.of(Instant.ofEpochSecond(seconds, nanos)) : Optional.empty();
    }
}
