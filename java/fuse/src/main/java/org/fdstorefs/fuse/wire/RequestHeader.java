// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.fuse.wire;

import java.nio.ByteBuffer;

/**
 * What every request starts with: {@code struct fuse_in_header} of {@code linux/fuse.h}, 40 bytes.
 */
public record RequestHeader(int length, int code, long unique, long nodeId, int uid, int gid, int pid) {
    public static final int SIZE = 40;

    /**
     * Reads the header of the request that begins at the buffer's position, moves past it, and sets
     * the limit to where the request ends; the buffer has the machine's byte order.
     */
    public static RequestHeader read(ByteBuffer in) {
        int start = in.position();
        int length = in.getInt();
        int code = in.getInt();
        long unique = in.getLong();
        long nodeId = in.getLong();
        int uid = in.getInt();
        int gid = in.getInt();
        int pid = in.getInt();
        in.getInt(); // total_extlen: only with extensions that are never asked for
        in.limit(start + length);
        return new RequestHeader(length, code, unique, nodeId, uid, gid, pid);
    }

    public Opcode opcode() {
        return Opcode.of(code);
    }

    /** The name of the opcode, for a person to read. */
    public String operation() {
        return opcode() == Opcode.UNKNOWN ? "OPCODE_" + code : opcode().name();
    }
}
