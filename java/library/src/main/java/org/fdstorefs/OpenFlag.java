// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
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
    /** O_EXCL: with {@link #CREATE}, fail if the file exists. */
    EXCLUSIVE,
    /** O_TRUNC. */
    TRUNCATE,
    /** O_NONBLOCK. */
    NONBLOCK,
    /** O_DIRECTORY: fail unless it is one. */
    DIRECTORY,
    /** O_NOFOLLOW: fail if the last component is a symbolic link. */
    NOFOLLOW;

    /** What open(2) takes for these flags. */
    static int bits(OpenFlag... flags) {
        Set<OpenFlag> set = EnumSet.noneOf(OpenFlag.class);
        set.addAll(Arrays.asList(flags));
        int bits = set.contains(READ) ? Linux.O_RDWR : Linux.O_WRONLY;
        bits = set.contains(WRITE) ? bits : Linux.O_RDONLY;
        for (OpenFlag flag : set) {
            bits |= flag.bits();
        }
        return bits;
    }

    /** The bits of this flag alone, without the access mode. */
    private int bits() {
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
