// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.fuse;

import java.nio.ByteBuffer;

/** The entries of a reply: each counts as one lookup of its node. */
final class ReplyEntries {
    private static final int DIRENT = 24;
    private static final int OFFSET_NAME_LENGTH = 16;
    private static final int SMALLEST = AttributesCodec.ENTRY_SIZE + DIRENT + 8;
    private static final int OFFSET_ERROR = 4;

    private ReplyEntries() {}

    /** Sees the entries one by one. */
    @FunctionalInterface
    interface Visitor {
        void visit(int index, long nodeId);
    }

    /** How many entries a reply of this length has at most. */
    static int most(int length) {
        return (length - ReplyHeader.SIZE) / SMALLEST;
    }

    /** Visits those with a node id; the others have an index, too. */
    static void visit(Opcode opcode, ByteBuffer reply, int length, Visitor visitor) {
        if (reply.getInt(OFFSET_ERROR) != 0) {
            return;
        }
        if (opcode == Opcode.READDIRPLUS) {
            visitAll(reply, length, visitor);
        } else if (opcode.answersEntry()) {
            visitor.visit(0, reply.getLong(ReplyHeader.SIZE));
        }
    }

    private static void visitAll(ByteBuffer reply, int length, Visitor visitor) {
        int index = 0;
        int at = ReplyHeader.SIZE;
        while (at < length) {
            long nodeId = reply.getLong(at);
            if (nodeId != 0) {
                visitor.visit(index, nodeId);
            }
            int nameLength = reply.getInt(at + AttributesCodec.ENTRY_SIZE + OFFSET_NAME_LENGTH);
            at += AttributesCodec.ENTRY_SIZE + ((DIRENT + nameLength + 7) & ~7);
            index++;
        }
    }
}
