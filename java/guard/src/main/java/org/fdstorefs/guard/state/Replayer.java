// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.guard.state;

import java.nio.ByteBuffer;
import org.fdstorefs.fuse.BadStateException;
import org.fdstorefs.fuse.Bytes;
import org.fdstorefs.guard.state.Node.Link;
import org.fdstorefs.guard.state.OpenHandle.Opening;
import org.jspecify.annotations.Nullable;

/** Makes a state of the records of its log. */
final class Replayer {
    private final Tables tables;
    private final Tree tree;

    Replayer(Tables tables) {
        this.tables = tables;
        this.tree = tables.tree();
    }

    void apply(int code, ByteBuffer in) throws BadStateException {
        Record type = Record.of(code);
        if (type == null || in.remaining() < type.numbers() * Long.BYTES) {
            throw new BadStateException("the log has a record of type %d and %d bytes".formatted(code, in.remaining()));
        }
        long[] number = new long[type.numbers()];
        for (int i = 0; i < number.length; i++) {
            number[i] = in.getLong();
        }
        apply(type, number, in);
    }

    private void apply(Record type, long[] number, ByteBuffer in) throws BadStateException {
        switch (type) {
            case INIT -> tables.init(rest(in));
            case AGREED -> tables.agreed(rest(in));
            case NEXT -> tables.next(number[0], number[1]);
            case NODE -> {
                tree.add(number[0], (int) number[1], number[2]);
                tables.next(number[0] + 1, 0);
            }
            case LINK -> link(number[0], number[1], Bytes.of(rest(in)));
            case UNLINK -> unlink(number[0], Bytes.of(rest(in)));
            case RENAME, EXCHANGE -> rename(type, number, in);
            case FORGET -> {
                Node node = tree.node(number[0]);
                if (node != null) {
                    tree.remove(node);
                }
            }
            case OPEN -> open(number);
            case RELEASE -> {
                OpenHandle handle = tables.handles().get(number[0]);
                if (handle != null) {
                    tables.release(handle);
                }
            }
            case HIDE -> hide(node(number[0]), number[1], Bytes.of(rest(in)));
            case UNHIDE -> node(number[0]).hidden = null;
            case WRITE -> tables.writes().add(number[0], number[1], in);
            case SYNCED -> tables.writes().clear(number[0]);
            case MODE -> tables.modes().put(number[0], (int) number[1]);
            case TOKEN -> tables.token(rest(in));
            case MODE_BACK -> tables.modes().remove(number[0]);
        }
    }

    private static byte[] rest(ByteBuffer in) {
        byte[] bytes = new byte[in.remaining()];
        in.get(bytes);
        return bytes;
    }

    private Node node(long id) throws BadStateException {
        Node node = tree.node(id);
        if (node == null) {
            throw new BadStateException("the log speaks of node %d, which it does not have".formatted(id));
        }
        return node;
    }

    private void link(long parent, long child, Bytes name) throws BadStateException {
        @Nullable Node directory = tree.node(parent);
        if (directory != null) { // else the kernel has forgotten it, before its child
            tree.link(directory, name, node(child));
        }
    }

    private void hide(Node node, long parent, Bytes name) {
        @Nullable Node directory = tree.node(parent);
        node.hidden = directory == null ? null : new Hidden(directory, name); // else it was forgotten, as above
    }

    private void unlink(long parent, Bytes name) {
        Node directory = tree.node(parent);
        Link link = directory == null ? null : tree.link(directory, name);
        if (link != null) {
            tree.unlink(link);
        }
    }

    private void rename(Record type, long[] number, ByteBuffer in) throws BadStateException {
        byte[] name = new byte[(int) number[2]];
        in.get(name);
        byte[] newName = rest(in);
        Node parent = node(number[0]);
        Node newParent = node(number[1]);
        if (type == Record.EXCHANGE) {
            tree.exchange(parent, Bytes.of(name), newParent, Bytes.of(newName));
        } else {
            tree.rename(parent, Bytes.of(name), newParent, Bytes.of(newName));
        }
    }

    private void open(long[] number) throws BadStateException {
        Node node = node(number[1]);
        Opening opening = new Opening(
                number[2], number[3] != 0, (int) number[4], (int) number[5], (int) number[6], (int) number[7]);
        tables.handles().put(number[0], new OpenHandle(number[0], node, opening));
        node.handles++;
        tables.next(0, number[0] + 1);
    }
}
