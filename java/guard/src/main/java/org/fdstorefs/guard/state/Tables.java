// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.guard.state;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import org.fdstorefs.guard.state.Node.Link;
import org.fdstorefs.guard.state.OpenHandle.Opening;

/** All that the log says, in tables; guarded by the {@link GuardState} that has them. */
final class Tables {
    private final Tree tree = new Tree();
    private final Map<Long, OpenHandle> handles = new HashMap<>();
    private final Map<Long, Integer> modes = new HashMap<>();
    private final PendingWrites writes = new PendingWrites();
    private byte[] token = {};
    private byte[] init = {};
    private byte[] agreed = {};
    private long nextNode = Node.ROOT + 1;
    private long nextHandle = 1;

    Tree tree() {
        return tree;
    }

    Map<Long, OpenHandle> handles() {
        return handles;
    }

    /** Modes that files are to get back, by their nodes. */
    Map<Long, Integer> modes() {
        return modes;
    }

    PendingWrites writes() {
        return writes;
    }

    byte[] token() {
        return token;
    }

    void token(byte[] bytes) {
        token = bytes;
    }

    byte[] init() {
        return init;
    }

    void init(byte[] bytes) {
        init = bytes;
    }

    byte[] agreed() {
        return agreed;
    }

    void agreed(byte[] bytes) {
        agreed = bytes;
    }

    /** The number of a new node, which no other one gets. */
    long newNode() {
        return nextNode++;
    }

    long newHandle() {
        return nextHandle++;
    }

    /** Numbers below these have been given. */
    void next(long node, long handle) {
        nextNode = Math.max(nextNode, node);
        nextHandle = Math.max(nextHandle, handle);
    }

    void release(OpenHandle handle) {
        if (handles.remove(handle.id()) != null) {
            handle.node().handles--;
        }
    }

    /** Writes all of it, as the beginning of a log. */
    void writeTo(Records records) {
        records.append(Record.TOKEN, token);
        records.append(Record.INIT, init);
        records.append(Record.AGREED, agreed);
        records.append(Record.NEXT, Records.NONE, nextNode, nextHandle);
        tree.forEach(node -> records.append(Record.NODE, Records.NONE, node.id(), node.type(), node.inode));
        tree.forEach(node -> {
            for (Link link = node.links; link != null; link = link.next) {
                records.append(Record.LINK, link.name, link.parent.id(), node.id());
            }
            if (node.hidden != null) {
                records.append(
                        Record.HIDE,
                        node.hidden.name(),
                        node.id(),
                        node.hidden.parent().id());
            }
        });
        handles.values().forEach(handle -> writeOpen(handle, records));
        modes.forEach((node, mode) -> records.append(Record.MODE, Records.NONE, node, mode));
        writes.forEach(
                (node, write) -> records.append(Record.WRITE, ByteBuffer.wrap(write.data()), node, write.offset()));
    }

    /** How an open file was opened. */
    static void writeOpen(OpenHandle handle, Records records) {
        Opening opening = handle.opening();
        records.append(
                Record.OPEN,
                Records.NONE,
                handle.id(),
                handle.node().id(),
                opening.unique(),
                opening.directory() ? 1 : 0,
                opening.flags(),
                opening.uid(),
                opening.gid(),
                opening.pid());
    }
}
