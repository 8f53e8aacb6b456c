// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.fuse.wire;

import java.util.Arrays;

/**
 * What a request asks for: {@code enum fuse_opcode} of {@code linux/fuse.h}, as far as this package
 * speaks it.
 */
public enum Opcode {
    LOOKUP(1),
    FORGET(2),
    GETATTR(3),
    SETATTR(4),
    READLINK(5),
    SYMLINK(6),
    MKNOD(8),
    MKDIR(9),
    UNLINK(10),
    RMDIR(11),
    RENAME(12),
    LINK(13),
    OPEN(14),
    READ(15),
    WRITE(16),
    STATFS(17),
    RELEASE(18),
    FSYNC(20),
    SETXATTR(21),
    GETXATTR(22),
    LISTXATTR(23),
    REMOVEXATTR(24),
    FLUSH(25),
    INIT(26),
    OPENDIR(27),
    READDIR(28),
    RELEASEDIR(29),
    FSYNCDIR(30),
    ACCESS(34),
    CREATE(35),
    INTERRUPT(36),
    DESTROY(38),
    BATCH_FORGET(42),
    FALLOCATE(43),
    READDIRPLUS(44),
    RENAME2(45),
    LSEEK(46),
    COPY_FILE_RANGE(47),
    /** Everything else; answered with ENOSYS, after which the kernel does without. */
    UNKNOWN(-1);

    private static final Opcode[] BY_CODE = byCode();

    private final int code;

    Opcode(int code) {
        this.code = code;
    }

    public int code() {
        return code;
    }

    /** Whether the kernel waits for an answer. */
    public boolean hasReply() {
        return this != FORGET && this != BATCH_FORGET && this != INTERRUPT;
    }

    /** Whether the answer is one entry, perhaps with something behind it. */
    boolean answersEntry() {
        return switch (this) {
            case LOOKUP, SYMLINK, MKNOD, MKDIR, LINK, CREATE -> true;
            default -> false;
        };
    }

    /** Whether the answer has entries. */
    public boolean answersEntries() {
        return answersEntry() || this == READDIRPLUS;
    }

    static Opcode of(int code) {
        return code >= 0 && code < BY_CODE.length ? BY_CODE[code] : UNKNOWN;
    }

    private static Opcode[] byCode() {
        Opcode[] table = new Opcode[COPY_FILE_RANGE.code + 1];
        Arrays.fill(table, UNKNOWN);
        for (Opcode opcode : values()) {
            if (opcode != UNKNOWN) {
                table[opcode.code] = opcode;
            }
        }
        return table;
    }
}
