// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.fuse.wire;

/** The flags of INIT that are used here, as in {@code linux/fuse.h}. */
final class InitFlags {
    /** Several read-aheads may be under way at once. */
    static final long ASYNC_READ = 1;

    /** Writes may be longer than a page. */
    static final long BIG_WRITES = 1 << 5;

    /** The kernel drops cached pages when size or mtime have changed behind its back. */
    static final long AUTO_INVAL_DATA = 1 << 12;

    /** READDIRPLUS is understood. */
    static final long DO_READDIRPLUS = 1 << 13;

    /** The kernel asks for entries only if it guesses that they are wanted. */
    static final long READDIRPLUS_AUTO = 1 << 14;

    /** LOOKUPs and READDIRs of one directory may be under way at once. */
    static final long PARALLEL_DIROPS = 1 << 18;

    /** The answer says how many pages a request may carry. */
    static final long MAX_PAGES = 1 << 22;

    /** There are 64 flags. */
    static final long INIT_EXT = 1 << 30;

    /** What a server of this package asks for, as far as the kernel offers it. */
    static final long WANTED = ASYNC_READ | BIG_WRITES | AUTO_INVAL_DATA | PARALLEL_DIROPS | MAX_PAGES;

    /** As well, if the file system lists entries. */
    static final long WANTED_FOR_ENTRIES = DO_READDIRPLUS | READDIRPLUS_AUTO;

    private InitFlags() {}
}
