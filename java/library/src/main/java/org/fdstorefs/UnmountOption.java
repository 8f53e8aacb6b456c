// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs;

import org.fdstorefs.internal.Linux;

/** Options of {@link FdStore#unmount}. */
public enum UnmountOption {
    /**
     * MNT_FORCE: release everything that the store holds at once, even if it is in use. If it is, the
     * unmount fails all the same, and the emptied store stays usable.
     */
    FORCE(Linux.MNT_FORCE),
    /** MNT_DETACH: remove it from the tree now; it ends when nobody uses it any more. */
    LAZY(Linux.MNT_DETACH);

    private final int flag;

    UnmountOption(int flag) {
        this.flag = flag;
    }

    int flag() {
        return flag;
    }
}
