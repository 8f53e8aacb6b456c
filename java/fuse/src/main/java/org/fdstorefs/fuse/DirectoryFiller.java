// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.fuse;

/**
 * Collects the names that answer one READDIR or READDIRPLUS. Use it until the handler has returned: after that,
 * adding a name fails with {@link IllegalStateException}. Not thread-safe.
 *
 * <p>The server implements this, and may add methods; a test of a file system may implement it, too.
 */
public interface DirectoryFiller {
    /** Whether the kernel prefers {@link #add(Bytes, Entry, long)} to mere names. */
    boolean wantsEntries();

    /**
     * Adds a name.
     *
     * @param next the offset at which a later READDIR continues after this name; not 0
     * @param mode the type bits of the file; other bits are ignored
     * @return false if there was no room: the name was not added, and no other will fit
     */
    boolean add(Bytes name, long inode, int mode, long next);

    /**
     * Adds a name together with what {@link FuseFileSystem#lookup} would answer for it. Not for "." and "..",
     * for which the kernel counts no lookup.
     *
     * @param next the offset at which a later READDIR continues after this name; not 0
     * @return false if there was no room: the name was not added, and no other will fit
     */
    boolean add(Bytes name, Entry entry, long next);
}
