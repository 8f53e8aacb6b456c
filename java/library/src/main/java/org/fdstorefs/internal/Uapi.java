// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.internal;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The interface of the kernel module: {@code fdstorefs.h}. */
public final class Uapi {
    /** FDSTOREFS_SUPER_MAGIC. */
    public static final long SUPER_MAGIC = 0x46445354;

    // struct fdstorefs_put { __s32 fd; __u32 flags; __s32 anchor_fd; __u32 reserved; }
    private static final int PUT_SIZE = 16;

    /** FDSTOREFS_PUT_REPLACE. */
    public static final int PUT_REPLACE = 1;

    /** FDSTOREFS_PUT_HANGUP. */
    public static final int PUT_HANGUP = 2;

    /** FDSTOREFS_PUT_PEER. */
    public static final int PUT_PEER = 4;

    /** FDSTOREFS_PUT_REMOVE. */
    public static final int PUT_REMOVE = 8;

    /** The anchor_fd of a put without an anchor. */
    public static final int NO_ANCHOR = -1;

    // _IO and _IOW of asm-generic/ioctl.h: direction, size, magic, number.
    private static final int MAGIC = 0xDF;
    private static final long WRITE = 1L << 30;

    /** FDSTOREFS_IOC_PUT, with {@link #put} as its argument. */
    public static final long IOC_PUT = WRITE | (long) PUT_SIZE << 16 | MAGIC << 8 | 1;

    /** FDSTOREFS_IOC_GET, with 0 as its argument. */
    public static final long IOC_GET = MAGIC << 8 | 2;

    /** FDSTOREFS_IOC_TAKE, with 0 as its argument. */
    public static final long IOC_TAKE = MAGIC << 8 | 3;

    private Uapi() {}

    /** A struct fdstorefs_put; {@code anchor} is a descriptor, or {@link #NO_ANCHOR}. */
    public static byte[] put(int fd, int flags, int anchor) {
        return ByteBuffer.allocate(PUT_SIZE)
                .order(ByteOrder.nativeOrder())
                .putInt(fd)
                .putInt(flags)
                .putInt(anchor)
                .putInt(0)
                .array();
    }
}
