// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.fuse.state;

import org.fdstorefs.fuse.Identity;
import org.fdstorefs.fuse.wire.Reply;
import org.fdstorefs.fuse.wire.ReplyEntries;

/**
 * Where everything is in the state memory: the head, the identity, the slots of the journal, the lookups. Each
 * begins at a page, since memory is mapped and locked by pages; so servers must agree on their size.
 *
 * @param page the size of a page of memory
 * @param slots how many there are
 * @param maxWrite how many bytes of data a request or a reply carries at most
 */
record Layout(int page, int slots, int maxWrite) {
    /** Where the request begins in a slot. */
    static final int REQUEST = 64;

    private static final int ROOM_FOR_HEADERS = 4096; // what FUSE servers are told to add to max_write

    /** Where the identity begins, behind the fields of the head. */
    static int identity(int page) {
        return page;
    }

    /** How many bytes the head takes with the identity. */
    static int headSize(int page) {
        return page + pages(Identity.MAX_SIZE, page);
    }

    int headSize() {
        return headSize(page);
    }

    /** Where the notes begin in a slot. */
    int notes() {
        return pages(REQUEST + ROOM_FOR_HEADERS + maxWrite, page);
    }

    /** Where the reply begins in a slot. */
    int reply() {
        return notes() + pages(Long.BYTES * (ReplyEntries.most(replySize()) + 1), page);
    }

    private int replySize() {
        return pages(Reply.HEADER_SIZE + maxWrite, page);
    }

    int slotSize() {
        return reply() + replySize();
    }

    /** Where a slot begins, counted from the first one. */
    int slot(int number) {
        return number * slotSize();
    }

    int journalSize() {
        return slots * slotSize();
    }

    /** Where the lookups begin, which go on to the end of the memory. */
    long lookups() {
        return headSize() + (long) journalSize();
    }

    private static int pages(int size, int page) {
        return (size + page - 1) / page * page;
    }
}
