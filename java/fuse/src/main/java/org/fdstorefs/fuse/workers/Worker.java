// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.fuse.workers;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import org.fdstorefs.Errno;
import org.fdstorefs.fuse.state.Slot;
import org.fdstorefs.fuse.wire.Opcode;
import org.fdstorefs.fuse.wire.Reply;
import org.fdstorefs.fuse.wire.RequestHeader;

/**
 * Answers requests one by one, in a slot of its own; each is read straight into the slot.
 *
 * <p>The order is what makes it safe to be killed: the reply is complete in the slot, then its
 * lookups are counted, then it is written to the kernel, then the slot is free.
 */
final class Worker {
    private final FuseDevice device;
    private final FuseDevice.Lane lane;
    private final Waits waits;
    private final List<Slot> journal;
    private final Slot slot;
    private final Engine engine;
    private final Nodes nodes;

    Worker(FuseDevice device, Waits waits, List<Slot> journal, int slot, Engine engine, Nodes nodes) {
        this.device = requireNonNull(device, "device is null");
        this.waits = requireNonNull(waits, "waits is null");
        this.journal = requireNonNull(journal, "journal is null");
        this.slot = journal.get(slot);
        this.lane = device.lane(this.slot);
        this.engine = requireNonNull(engine, "engine is null");
        this.nodes = requireNonNull(nodes, "nodes is null");
    }

    /**
     * Answers one request after the other, until there will be no more or nobody may wait for one.
     *
     * @return whether there will be no more
     */
    boolean serve() throws IOException {
        Waits.Place place = waits.join();
        while (place.begin()) {
            FuseDevice.Reading reading = read(place);
            if (reading == FuseDevice.Reading.END) {
                return true;
            } else if (reading == FuseDevice.Reading.REQUEST) {
                work(false);
            }
        }
        return false;
    }

    private FuseDevice.Reading read(Waits.Place place) throws IOException {
        try {
            return lane.read();
        } finally {
            place.end();
        }
    }

    /** What the request asks for that an earlier server left in the slot, if there is one. */
    Optional<Opcode> left() {
        return slot.inFlight() ? Optional.of(header().opcode()) : Optional.empty();
    }

    /**
     * Answers the request that an earlier server left in the slot, if there is one.
     *
     * @param limit how many servers may have worked on it before it is answered with EIO
     */
    void replay(int limit, Recorder recorder) throws IOException {
        if (!slot.inFlight()) {
            slot.free();
            return;
        }
        Opcode opcode = header().opcode();
        if (!opcode.hasReply()) {
            work(true); // nobody waits for it, but lookups are to be counted
        } else if (slot.replyLength() > 0) {
            boolean waits = device.isWaitedFor(slot.unique());
            recorder.composed(header(), waits);
            finish(opcode);
        } else if (!device.isWaitedFor(slot.unique())) {
            recorder.answered();
            slot.free();
        } else {
            recorder.unanswered(header());
            replay(opcode, limit);
        }
    }

    private void replay(Opcode opcode, int limit) throws IOException {
        int servers = slot.attempt() + 1;
        if (servers <= limit) {
            work(true);
            return;
        }
        Log.error(servers + " servers died at the request " + header() + ": it is answered with EIO");
        slot.composed(Reply.error(slot.reply(), Errno.EIO.number(), slot.unique()));
        finish(opcode);
    }

    private RequestHeader header() {
        return RequestHeader.read(slot.request());
    }

    private void work(boolean replayed) throws IOException {
        ByteBuffer in = slot.request();
        RequestHeader header = RequestHeader.read(in);
        Opcode opcode = header.opcode();
        switch (opcode) {
            case FORGET -> nodes.forget(slot, header.nodeId(), in);
            case BATCH_FORGET -> nodes.forgetMany(slot, in);
            case INTERRUPT -> interrupt(in.getLong());
            default -> {
                nodes.beginAnswer(opcode);
                try {
                    slot.composed(engine.dispatch(header, in, replayed, slot, slot.reply()));
                    nodes.count(slot, opcode);
                } finally {
                    nodes.endAnswer(opcode);
                }
                reply(header);
            }
        }
        slot.free();
        nodes.tellForgotten();
    }

    /** Goes on with a reply that is complete. */
    private void finish(Opcode opcode) throws IOException {
        nodes.count(slot, opcode);
        reply(header());
        slot.free();
    }

    private void reply(RequestHeader header) throws IOException {
        Errno refused = lane.reply().orElse(null);
        if (refused != null) {
            Log.error("the reply to request " + header + " was refused with " + refused);
            // Whoever waits must not wait for ever. Mostly the kernel has ended the request by itself.
            device.write(slot.replyAddress(), Reply.error(slot.reply(), Errno.EIO.number(), header.unique()));
        }
    }

    /** The kernel has handed the request over before this one, so it is in a slot, or answered. */
    private void interrupt(long unique) {
        for (Slot other : journal) {
            if (other.inFlight() && other.unique() == unique) {
                other.interrupt(unique);
                engine.interrupt(unique);
            }
        }
    }
}
