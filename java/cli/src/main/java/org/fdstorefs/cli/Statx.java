// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.cli;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.FileSystemException;
import org.fdstorefs.internal.ByteStrings;
import org.fdstorefs.internal.Linux;
import org.fdstorefs.internal.Sys;
import org.fdstorefs.internal.SysErrors;

/** What statx(2) reports about the mount of a file. */
final class Statx {
    // linux/stat.h: a bit of stx_attributes, which is at 8; a bit of stx_mask; the places of stx_dev_major and
    // stx_dev_minor, and of stx_mnt_id.
    private static final long ATTR_MOUNT_ROOT = 0x2000;
    private static final int MASK_MOUNT_ID = 0x1000;
    private static final int ATTRIBUTES = 8;
    private static final int DEVICE = 136;
    private static final int MOUNT_ID = 144;

    private final ByteBuffer statx;

    private Statx(ByteBuffer statx) {
        this.statx = statx;
    }

    /** Looks at a path, a string of {@link ByteStrings}; symbolic links are followed. */
    static Statx of(String path) throws FileSystemException {
        ByteBuffer statx = ByteBuffer.allocate(Linux.STATX_SIZE).order(ByteOrder.nativeOrder());
        int result = Sys.system().statx(Linux.AT_FDCWD, ByteStrings.encode(path), 0, MASK_MOUNT_ID, statx.array());
        if (result < 0) {
            throw SysErrors.exception(result, "statx", path);
        }
        return new Statx(statx);
    }

    /** Whether it is where a filesystem is mounted. */
    boolean isMountRoot() {
        return (statx.getLong(ATTRIBUTES) & ATTR_MOUNT_ROOT) != 0;
    }

    /** {@code MAJOR:MINOR}, as in {@link MountInfo}. */
    String device() {
        return Integer.toUnsignedString(statx.getInt(DEVICE)) + ":"
                + Integer.toUnsignedString(statx.getInt(DEVICE + Integer.BYTES));
    }

    /** The number of the mount. */
    long mountId() {
        return statx.getLong(MOUNT_ID);
    }
}
