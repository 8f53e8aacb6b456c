// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs;

import org.fdstorefs.internal.Linux;

/** Flags of open(2) for {@link Fd#open}. */
public enum OpenFlag {
    /** For reading: with {@link #WRITE} O_RDWR, else O_RDONLY, which is also what no flag gives. */
    READ,
    /** For writing: with {@link #READ} O_RDWR, else O_WRONLY. */
    WRITE,
    /** O_PATH: a descriptor of the place, not of the content. */
    PATH,
    /** O_APPEND. */
    APPEND,
    /** O_CREAT, with mode 0666 less the umask. */
    CREATE,
    /** O_EXCL: with {@link #CREATE}, fail if the file is there. */
    EXCLUSIVE,
    /** O_TRUNC. */
    TRUNCATE,
    /** O_NONBLOCK. */
    NONBLOCK,
    /** O_DIRECTORY: fail unless it is one. */
    DIRECTORY,
    /** O_NOFOLLOW: fail if the last component is a symbolic link. */
    NOFOLLOW;

    /** The bits of this flag alone, without the access mode. */
    int bits() {
        return switch (this) {
            case READ, WRITE -> 0;
            case PATH -> Linux.O_PATH;
            case APPEND -> Linux.O_APPEND;
            case CREATE -> Linux.O_CREAT;
            case EXCLUSIVE -> Linux.O_EXCL;
            case TRUNCATE -> Linux.O_TRUNC;
            case NONBLOCK -> Linux.O_NONBLOCK;
            case DIRECTORY -> Linux.oDirectory();
            case NOFOLLOW -> Linux.oNoFollow();
        };
    }
}
