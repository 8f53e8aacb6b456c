// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.fuse;

import static java.util.Objects.requireNonNull;

import java.nio.ByteBuffer;

/** Collects the names that answer one READDIR. */
public final class DirectoryFiller {
    private static final int HEADER = 24;

    private final ByteBuffer out;
    private final int end;

    DirectoryFiller(ByteBuffer out, int size) {
        this.out = out;
        this.end = Math.min(out.position() + size, out.limit());
    }

    /**
     * Adds a name.
     *
     * @param next the offset at which a later READDIR goes on behind this name
     * @param mode whose type bits tell the type of the file
     * @return false if there was no room: the name was not added and no other will fit
     */
    public boolean add(Bytes name, long inode, int mode, long next) {
        requireNonNull(name, "name is null");
        int padded = (HEADER + name.length() + 7) & ~7;
        if (out.position() + padded > end) {
            return false;
        }
        int start = out.position();
        out.putLong(inode).putLong(next).putInt(name.length()).putInt((mode & Attributes.TYPE_MASK) >> 12);
        name.writeTo(out);
        while (out.position() < start + padded) {
            out.put((byte) 0);
        }
        return true;
    }
}
