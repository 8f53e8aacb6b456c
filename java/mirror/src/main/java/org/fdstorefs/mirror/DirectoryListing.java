// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.mirror;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.fdstorefs.fuse.Attributes;
import org.fdstorefs.fuse.Bytes;
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

    private final List<Item> items;

    private DirectoryListing(List<Item> items) {
        this.items = items;
    }

    /** A name and its offset. */
    private record Item(long offset, HostEntry entry) {}

    /** Takes the names one by one. */
    @FunctionalInterface
    interface Sink {
        /** Takes a name, or answers false since it has no room. */
        boolean add(HostEntry entry, long offset) throws FuseException;
    }

    /** Lists a directory, but for the hidden one. */
    static DirectoryListing read(HostFiles files, RemovedFiles removed, Node directory) throws FuseException {
        long inode = directory.attributes().inode();
        List<Item> items = new ArrayList<>();
        items.add(new Item(SELF, new HostEntry(Bytes.of("."), inode, Attributes.DIRECTORY)));
        items.add(new Item(PARENT, new HostEntry(Bytes.of(".."), inode, Attributes.DIRECTORY)));
        for (HostEntry entry : files.list(directory.path())) {
            if (!removed.isDirectory(directory.id(), entry.name())) {
                items.add(new Item(offset(entry.name()), entry));
            }
        }
        items.sort(Comparator.comparingLong(Item::offset));
        return new DirectoryListing(items);
    }

    /** Gives the names behind an offset until the sink is full. */
    void fill(long offset, Sink sink) throws FuseException {
        for (Item item : items.subList(firstBehind(offset), items.size())) {
            if (!sink.add(item.entry(), item.offset())) {
                return;
            }
        }
    }

    /** Whether an offset is that of "." or "..". */
    static boolean isSpecial(long offset) {
        return offset <= PARENT;
    }

    private int firstBehind(long offset) {
        int from = 0;
        int to = items.size();
        while (from < to) {
            int middle = (from + to) >>> 1;
            if (items.get(middle).offset() <= offset) {
                from = middle + 1;
            } else {
                to = middle;
            }
        }
        return from;
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
