// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.fdstorefs.internal.Linux;
import org.fdstorefs.internal.Sys;

/** What statx(2) told of a file, by the offsets that stand at {@link Linux#STATX_SIZE}. */
final class Stat {
    private static final byte[] ITSELF = {};
    private static final int MASK = Linux.STATX_TYPE | Linux.STATX_NLINK | Linux.STATX_INO;

    private final ByteBuffer statx = ByteBuffer.allocate(Linux.STATX_SIZE).order(ByteOrder.nativeOrder());

    /** Looks at a name; a symbolic link is not followed. */
    Result look(Sys sys, int dir, byte[] name) {
        return new Result(Call.STAT, sys.statx(dir, name, Linux.AT_SYMLINK_NOFOLLOW, MASK, statx.array()));
    }

    /** Looks at a descriptor. */
    Result look(Sys sys, int fd) {
        return new Result(Call.STAT, sys.statx(fd, ITSELF, Linux.AT_EMPTY_PATH, MASK, statx.array()));
    }

    boolean isRegularFile() {
        return (statx.getShort(28) & Linux.S_IFMT) == Linux.S_IFREG;
    }

    /** The word for its type. */
    String type() {
        return switch (statx.getShort(28) & Linux.S_IFMT) {
            case Linux.S_IFREG -> "regular file";
            case Linux.S_IFDIR -> "directory";
            case Linux.S_IFCHR -> "character device";
            case Linux.S_IFIFO -> "fifo";
            default -> "file";
        };
    }

    boolean isFifo() {
        return (statx.getShort(28) & Linux.S_IFMT) == Linux.S_IFIFO;
    }

    /** Whether its last name is gone; so it is with a directory that was removed. */
    boolean isRemoved() {
        return statx.getInt(16) == 0;
    }

    boolean isOnSameDevice(Stat other) {
        return statx.getLong(136) == other.statx.getLong(136); // both halves of its number
    }

    boolean isSameFile(Stat other) {
        return id().equals(other.id());
    }

    /** Which file it is. */
    Id id() {
        return new Id(statx.getLong(136), statx.getLong(32));
    }

    /** What no other file has as long as this one is open. */
    record Id(long device, long inode) {}
}
