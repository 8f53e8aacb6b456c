// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.fuse.wire;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.fdstorefs.fuse.AttributeChanges;
import org.fdstorefs.fuse.Bytes;
import org.fdstorefs.fuse.CopyRange;

/** Reads what follows the header of a request. Each method moves the buffer's position behind what it has read. */
public final class RequestBody {
    private static final int FATTR_MODE = 1;
    private static final int FATTR_UID = 1 << 1;
    private static final int FATTR_GID = 1 << 2;
    private static final int FATTR_SIZE = 1 << 3;
    private static final int FATTR_ATIME = 1 << 4;
    private static final int FATTR_MTIME = 1 << 5;
    private static final int FATTR_ATIME_NOW = 1 << 7;
    private static final int FATTR_MTIME_NOW = 1 << 8;

    private RequestBody() {}

    /** A name, which ends with a NUL. */
    public static Bytes name(ByteBuffer in) {
        return Bytes.upToNul(in);
    }

    /** {@code struct fuse_copy_file_range_in}, 56 bytes. */
    public static CopyRange copyRange(ByteBuffer in) {
        return new CopyRange(
                in.getLong(), in.getLong(), in.getLong(), in.getLong(), in.getLong(), in.getLong(), in.getLong());
    }

    /** {@code struct fuse_setattr_in}, 88 bytes. */
    public static AttributeChanges attributeChanges(ByteBuffer in) {
        int valid = in.getInt();
        in.getInt();
        in.getLong(); // fh
        long size = in.getLong();
        in.getLong(); // lock_owner
        long accessed = in.getLong();
        long modified = in.getLong();
        in.getLong(); // ctime: the change itself sets it
        int accessedNanos = in.getInt();
        int modifiedNanos = in.getInt();
        in.getInt(); // ctimensec
        int mode = in.getInt();
        in.getInt();
        int uid = in.getInt();
        int gid = in.getInt();
        in.getInt();
        return new AttributeChanges(
                (valid & FATTR_MODE) != 0 ? OptionalInt.of(mode & 07777) : OptionalInt.empty(),
                (valid & FATTR_UID) != 0 ? OptionalInt.of(uid) : OptionalInt.empty(),
                (valid & FATTR_GID) != 0 ? OptionalInt.of(gid) : OptionalInt.empty(),
                (valid & FATTR_SIZE) != 0 ? OptionalLong.of(size) : OptionalLong.empty(),
                time(valid, FATTR_ATIME, FATTR_ATIME_NOW, accessed, accessedNanos),
                time(valid, FATTR_MTIME, FATTR_MTIME_NOW, modified, modifiedNanos));
    }

    private static Optional<Instant> time(int valid, int set, int setNow, long seconds, int nanos) {
        if ((valid & setNow) != 0) {
            return Optional.of(AttributeChanges.NOW);
        }
        return (valid & set) != 0 ? Optional.of(Instant.ofEpochSecond(seconds, nanos)) : Optional.empty();
    }
}
