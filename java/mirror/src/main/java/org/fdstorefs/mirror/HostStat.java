// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.mirror;

import java.nio.ByteBuffer;
import java.time.Instant;
import org.fdstorefs.fuse.Attributes;

/**
 * What statx(2) reports about a file: its device, and the rest.
 *
 * @param generation distinguishes a file from an earlier one that had its inode number: made of the time of
 *     its birth; 0 where the host does not keep that
 */
record HostStat(int deviceMajor, int deviceMinor, long generation, Attributes attributes) {
    static final int STATX_BTIME = 0x800;

    /** Reads {@code struct statx} of {@code linux/stat.h} from the start of a buffer. */
    static HostStat read(ByteBuffer statx, boolean bornOnce) {
        Attributes attributes = Attributes.builder(statx.getLong(32), Short.toUnsignedInt(statx.getShort(28)))
                .size(statx.getLong(40))
                .blocks(statx.getLong(48))
                .accessed(time(statx, 64))
                .modified(time(statx, 112))
                .changed(time(statx, 96))
                .links(statx.getInt(16))
                .uid(statx.getInt(20))
                .gid(statx.getInt(24))
                .device(device(statx.getInt(128), statx.getInt(132)))
                .blockSize(statx.getInt(4))
                .build();
        boolean born = bornOnce && (statx.getInt(0) & STATX_BTIME) != 0;
        return new HostStat(statx.getInt(136), statx.getInt(140), born ? generation(statx) : 0, attributes);
    }

    /** Of which the kernel keeps 32 bits. */
    private static long generation(ByteBuffer statx) {
        return Integer.toUnsignedLong(Long.hashCode(statx.getLong(80) * 1_000_000_000 + statx.getInt(88)));
    }

    long inode() {
        return attributes.inode();
    }

    int type() {
        return attributes.type();
    }

    boolean isDirectory() {
        return type() == Attributes.DIRECTORY;
    }

    boolean sameDevice(HostStat other) {
        return deviceMajor == other.deviceMajor && deviceMinor == other.deviceMinor;
    }

    private static Instant time(ByteBuffer statx, int offset) {
        return Instant.ofEpochSecond(statx.getLong(offset), statx.getInt(offset + 8));
    }

    /** The kernel's 32-bit encoding of a device number. */
    private static int device(int major, int minor) {
        return (minor & 0xff) | (major << 8) | ((minor & ~0xff) << 12);
    }
}
