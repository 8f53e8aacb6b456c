// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.guard.state;

import org.fdstorefs.fuse.Bytes;

/**
 * Where an open file is kept whose last name was removed: noted before it is moved there.
 *
 * @param parent the directory that has it now
 * @param name its name there
 */
public record Hidden(Node parent, Bytes name) {
    private static final String PREFIX = ".fdstorefs-guard.";

    /** The name for a node. */
    public static Bytes name(Node node) {
        return Bytes.of(PREFIX + node.id());
    }

    /** Whether it is a name of that kind, and not to be shown to anybody. */
    public static boolean isName(byte[] name) {
        if (name.length <= PREFIX.length()) {
            return false;
        }
        for (int i = 0; i < PREFIX.length(); i++) {
            if (name[i] != PREFIX.charAt(i)) {
                return false;
            }
        }
        return true;
    }
}
