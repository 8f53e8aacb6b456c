// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.guard.state;

import org.jspecify.annotations.Nullable;

/** The types of records in the {@link StateLog}, and how many numbers each begins with; bytes may follow. */
@SuppressWarnings("JavaLangClash") // which is never named
enum Record {
    /** The kernel's INIT, as it is passed on. */
    INIT(1, 0),
    /** What was answered to it. */
    AGREED(2, 0),
    /** The next numbers of nodes and of handles. */
    NEXT(3, 2),
    /** Node, type, inode: a new node. */
    NODE(4, 3),
    /** Parent, node; name. */
    LINK(5, 2),
    /** Parent; name. */
    UNLINK(6, 1),
    /** Parent, new parent, length of the name; name and new name. */
    RENAME(7, 3),
    /** The same, of two that change their places. */
    EXCHANGE(8, 3),
    /** Node: the kernel has forgotten it. */
    FORGET(9, 1),
    /** Handle, node, unique, whether a directory, flags, uid, gid, pid. */
    OPEN(10, 8),
    /** Handle. */
    RELEASE(11, 1),
    /** Node, parent; name: it is about to be moved there. */
    HIDE(12, 2),
    /** Node: it is not there any more. */
    UNHIDE(13, 1),
    /** Node, offset; data that a server has accepted and perhaps not written. */
    WRITE(14, 2),
    /** Node: all its data are written. */
    SYNCED(15, 1),
    /** Node, mode: it has another mode for a moment, and is to get this one back. */
    MODE(16, 2),
    /** Node: it has got it back. */
    MODE_BACK(17, 1),
    /** What marks the processes of the server. */
    TOKEN(18, 0);

    private static final Record[] BY_CODE = values();

    private final int code;
    private final int numbers;

    Record(int code, int numbers) {
        this.code = code;
        this.numbers = numbers;
    }

    int code() {
        return code;
    }

    int numbers() {
        return numbers;
    }

    /** Null if there is no such type. */
    static @Nullable Record of(int code) {
        return code >= 1 && code <= BY_CODE.length ? BY_CODE[code - 1] : null;
    }
}
