// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.guard.engine;

import java.nio.ByteBuffer;
import org.fdstorefs.guard.state.GuardState;
import org.fdstorefs.guard.state.Node;

/** Attributes of a file as they are shown, whatever the server's present life says. */
final class Attributes {
    private Attributes() {}

    /** The inode number stays what it was at first; a file without a name has no links. */
    static void show(ByteBuffer out, int at, Node node, GuardState state) {
        out.putLong(at + Wire.ATTR_INODE, state.inode(node));
        if (state.isRemoved(node)) {
            int links = out.getInt(at + Wire.ATTR_LINKS);
            out.putInt(at + Wire.ATTR_LINKS, Math.max(0, links - 1));
        }
    }
}
