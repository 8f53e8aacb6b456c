// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.fuse.state;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.fdstorefs.Fd;
import org.fdstorefs.fuse.BadStateException;
import org.fdstorefs.fuse.Identity;
import org.fdstorefs.fuse.OtherSessionException;
import org.fdstorefs.fuse.wire.Negotiated;
import org.fdstorefs.internal.PageSize;

/**
 * What a server leaves to its successor: a memfd with what the session is about, what was agreed on
 * at INIT, the journal of requests, and the counts of lookups.
 *
 * <p>First comes the {@link StateHead}, then the {@link Slot}s, then {@link Lookups}, which grow. Numbers
 * have the byte order of the machine.
 */
public final class StateMemory implements AutoCloseable {
    public static final int MAX_SLOTS = 64;

    private final SharedMemory memory;
    private final StateHead head;
    private final List<Slot> slots;
    private final Lookups lookups;

    private StateMemory(SharedMemory memory, StateHead head) throws IOException {
        this.memory = memory;
        this.head = head;
        Layout layout = head.layout();
        ByteBuffer journal = memory.map(layout.headSize(), layout.journalSize());
        memory.lock(journal);
        this.slots = IntStream.range(0, layout.slots())
                .mapToObj(i -> new Slot(i, journal.slice(layout.slot(i), layout.slotSize()), layout))
                .toList();
        this.lookups = new Lookups(memory, layout.lookups(), head.redo(), slots);
    }

    /** A new one for so many requests at once, which carry at most {@code maxWrite} bytes of data, or a page if that is more. */
    public static StateMemory create(int slots, int maxWrite, Identity identity) throws IOException {
        return create(slots, maxWrite, identity, PageSize.ofMachine());
    }

    static StateMemory create(int slots, int maxWrite, Identity identity, int page) throws IOException {
        requireNonNull(identity, "identity is null");
        Layout layout = new Layout(page, slots, Math.max(maxWrite, page));
        SharedMemory memory = SharedMemory.create(layout.lookups());
        try {
            StateHead head = new StateHead(memory.map(0, layout.headSize()), page);
            head.begin(slots, layout.maxWrite(), identity);
            return new StateMemory(memory, head);
        } catch (Throwable e) {
            memory.close();
            throw e;
        }
    }

    /**
     * One that an earlier server left; closes {@code fd} when it is closed, or when this fails.
     *
     * @param identity what the caller is about
     * @throws BadStateException if it cannot be used
     * @throws OtherSessionException if it is about something else; nothing is changed then
     */
    public static StateMemory adopt(Fd fd, Identity identity) throws IOException {
        return adopt(fd, identity, PageSize.ofMachine());
    }

    static StateMemory adopt(Fd fd, Identity identity, int page) throws IOException {
        requireNonNull(fd, "fd is null");
        requireNonNull(identity, "identity is null");
        try {
            SharedMemory memory = SharedMemory.adopt(fd);
            StateHead.checkIdentity(fd, identity, page);
            StateHead head = new StateHead(memory.map(0, Layout.headSize(page)), page);
            head.checkAgreed();
            StateMemory state = new StateMemory(memory, head);
            state.checkSlots();
            return state;
        } catch (Throwable e) {
            fd.close();
            throw e;
        }
    }

    private void checkSlots() throws BadStateException {
        for (Slot slot : slots) {
            if (!slot.isSound()) {
                throw new BadStateException("slot %d of the journal is damaged: it has a request of %d bytes"
                        .formatted(slot.number(), slot.requestLength()));
            }
        }
    }

    public Fd fd() {
        return memory.fd();
    }

    public int maxWrite() {
        return head.maxWrite();
    }

    public List<Slot> slots() {
        return slots;
    }

    public Lookups lookups() {
        return lookups;
    }

    /** What was agreed on, if INIT was answered. */
    Optional<Negotiated> negotiated() {
        return head.negotiated();
    }

    /** Comes before the answer to INIT; if that is replayed, once more. */
    public void negotiated(Negotiated agreed) {
        head.negotiated(agreed);
    }

    /** Nobody may use it any more. Code that still has a part of it sees memory that is shared with nobody. */
    @Override
    public void close() throws IOException {
        lookups.close();
        memory.close();
    }
}
