// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.fuse.mirror;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.fdstorefs.fuse.Attributes;
import org.fdstorefs.fuse.Bytes;
import org.fdstorefs.fuse.DirectoryFiller;
import org.fdstorefs.fuse.FuseException;

/**
 * The names of a directory, in the order of their hash, which is also their offset. So an offset
 * means the same to every server, and however many names have come and gone since it was given out:
 * those that stay are neither skipped nor listed twice. (Two names of one hash, which is about as
 * likely as a broken disk, would count as one at the seam between two requests.)
 */
final class DirectoryListing {
    private static final long SELF = 1;
    private static final long PARENT = 2;
    private static final long FNV_OFFSET = 0xcbf29ce484222325L;
    private static final long FNV_PRIME = 0x100000001b3L;

    private final TreeMap<Long, List<HostEntry>> entries = new TreeMap<>();

    private DirectoryListing(long inode) {
        add(SELF, new HostEntry(Bytes.of("."), inode, Attributes.DIRECTORY));
        add(PARENT, new HostEntry(Bytes.of(".."), inode, Attributes.DIRECTORY));
    }

    /** Lists a directory, but for the hidden one. */
    static DirectoryListing read(HostFiles files, RemovedFiles removed, Node directory) throws FuseException {
        DirectoryListing listing = new DirectoryListing(directory.attributes().inode());
        files.list(directory.path(), entry -> {
            if (!removed.isDirectory(directory.id(), entry.name())) {
                listing.add(offset(entry.name()), entry);
            }
        });
        return listing;
    }

    /** Gives the names behind an offset until the filler is full. */
    void fill(long offset, DirectoryFiller filler) {
        for (Map.Entry<Long, List<HostEntry>> at : entries.tailMap(offset, false).entrySet()) {
            for (HostEntry entry : at.getValue()) {
                if (!filler.add(entry.name(), entry.inode(), entry.mode(), at.getKey())) {
                    return;
                }
            }
        }
    }

    private void add(long offset, HostEntry entry) {
        entries.computeIfAbsent(offset, key -> new ArrayList<>(1)).add(entry);
    }

    /** FNV-1a, without the sign, and beyond the two fixed offsets. */
    static long offset(Bytes name) {
        long hash = FNV_OFFSET;
        for (byte b : name.toArray()) {
            hash = (hash ^ Byte.toUnsignedLong(b)) * FNV_PRIME;
        }
        return Math.max(hash & Long.MAX_VALUE, PARENT + 1);
    }
}
