// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.mirror;

import java.util.ArrayList;
import java.util.List;
import org.fdstorefs.fuse.Bytes;
import org.fdstorefs.fuse.DirectoryFiller;
import org.fdstorefs.fuse.Entry;

/** The names of a part of a directory: as many as a READDIR of some size has room for. */
final class Listing implements DirectoryFiller {
    private final List<String> names = new ArrayList<>();
    private int room;
    private long next;

    Listing(int size) {
        room = size;
    }

    List<String> names() {
        return names;
    }

    /** Where the next part begins. */
    long next() {
        return next;
    }

    @Override
    public boolean wantsEntries() {
        return false;
    }

    @Override
    public boolean add(Bytes name, long inode, int mode, long behind) {
        int size = (24 + name.length() + 7) / 8 * 8;
        if (size > room) {
            return false;
        }
        room -= size;
        names.add(name.toString());
        next = behind;
        return true;
    }

    @Override
    public boolean add(Bytes name, Entry entry, long behind) {
        throw new UnsupportedOperationException("entries are not wanted");
    }
}
