// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.fuse.wire;

import java.nio.ByteBuffer;

/** The entries of a reply: each counts as one lookup of its node. */
public final class ReplyEntries {
    private static final int OFFSET_NAME_LENGTH = 16;
    private static final int SMALLEST = Reply.ENTRY_SIZE + ReplyNames.recordSize(1);
    private static final int OFFSET_ERROR = 4;

    private ReplyEntries() {}

    /** Sees the entries one by one. */
    @FunctionalInterface
    public interface Visitor {
        public void visit(int index, long nodeId);
    }

    /** How many entries a reply of this length has at most. */
    public static int most(int length) {
        return (length - Reply.HEADER_SIZE) / SMALLEST;
    }

    /** Visits those with a node id; the others have an index, too. */
    public static void visit(Opcode opcode, ByteBuffer reply, int length, Visitor visitor) {
        if (reply.getInt(OFFSET_ERROR) != 0) {
            return;
        }
        if (opcode == Opcode.READDIRPLUS) {
            visitAll(reply, length, visitor);
        } else if (opcode.answersEntry()) {
            visitor.visit(0, reply.getLong(Reply.HEADER_SIZE));
        }
    }

    private static void visitAll(ByteBuffer reply, int length, Visitor visitor) {
        int index = 0;
        int at = Reply.HEADER_SIZE;
        while (at < length) {
            long nodeId = reply.getLong(at);
            if (nodeId != 0) {
                visitor.visit(index, nodeId);
            }
            int nameLength = reply.getInt(at + Reply.ENTRY_SIZE + OFFSET_NAME_LENGTH);
            at += Reply.ENTRY_SIZE + ReplyNames.recordSize(nameLength);
            index++;
        }
    }
}
