// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.guard.engine;

/** Numbers of {@code linux/fuse.h} that a guard needs beside those of the opcodes. */
final class Wire {
    static final int IN_HEADER = 40;
    static final int OUT_HEADER = 16;
    static final int LENGTH = 0;
    static final int UNIQUE = 8;
    static final int NODE = 16;
    static final int OUT_ERROR = 4;

    /** Opcodes that are passed on, or made here, though no {@code Opcode} names them. */
    static final int IOCTL = 39;

    static final int SYNCFS = 50;

    // struct fuse_entry_out, and struct fuse_attr in it and in struct fuse_attr_out.
    static final int ENTRY = 128;
    static final int ENTRY_GENERATION = 8;
    static final int ENTRY_ATTR = 40;
    static final int ATTR_ATTR = 16;
    static final int ATTR = 88;
    static final int ATTR_INODE = 0;
    static final int ATTR_SIZE = 8;
    static final int ATTR_MODE = 60;
    static final int ATTR_LINKS = 64;

    // The first fields of request bodies.
    static final int GETATTR_FLAGS = 0;
    static final int GETATTR_HANDLE = 8;
    static final int GETATTR_HAS_HANDLE = 1;
    static final int SETATTR_VALID = 0;
    static final int SETATTR_HANDLE = 8;
    static final int SETATTR_MODE = 68;
    static final int FATTR_MODE = 1;
    static final int FATTR_SIZE = 1 << 3;
    static final int FATTR_FH = 1 << 6;
    static final int SETATTR_IN = 88;

    static final int OPEN_OUT = 16;
    static final int OPENED_FLAGS = 8;
    /** What a reply to OPEN may say: FOPEN_DIRECT_IO, KEEP_CACHE, NONSEEKABLE, STREAM, PARALLEL_DIRECT_WRITES. */
    static final int OPENED_KEPT = 1 | 1 << 1 | 1 << 2 | 1 << 4 | 1 << 6;

    /** O_CREAT, O_EXCL, O_NOCTTY, O_TRUNC, O_APPEND: not for a file that is opened once more. */
    static final int ONLY_ONCE = 0100 | 0200 | 0400 | 01000 | 02000;

    static final int TYPE_MASK = 0170000;
    static final int DIRECTORY = 0040000;
    static final int REGULAR = 0100000;
    static final int SYMBOLIC_LINK = 0120000;
    static final int RENAME_NOREPLACE = 1;
    static final int RENAME_EXCHANGE = 2;
    static final int WRITE_IN = 40;
    static final int DIRENT = 24;
    /** FUSE_UNKNOWN_INO of libfuse: readdir(3) must show something. */
    static final long UNKNOWN_INODE = 0xFFFFFFFFL;

    private Wire() {}
}
