// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.guard;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.fdstorefs.fuse.workers.FuseDevice;
import org.fdstorefs.fuse.workers.Log;
import org.fdstorefs.guard.state.GuardState;
import org.fdstorefs.guard.state.Node;
import org.fdstorefs.internal.Sys;

/**
 * Passes on what servers tell the kernel by themselves: that it should forget what it has cached of a file or a
 * name. A thread of its own does that, since the kernel may wait for an answer of the server to somebody else.
 */
final class Notifications implements AutoCloseable {
    // enum fuse_notify_code of linux/fuse.h, and the structs that follow the header.
    private static final int INVALIDATE_INODE = 2;
    private static final int INVALIDATE_ENTRY = 3;
    private static final int DELETE = 6;
    private static final int CODE = 4;
    private static final int NODE = 16;
    private static final int CHILD = 24;
    private static final int SHORTEST = 24;

    private static final int MOST = 8 * 1024;
    private static final int LONGEST = 1024;

    private final GuardState state;
    private final FuseDevice device;
    private final BlockingQueue<Notification> queue = new LinkedBlockingQueue<>(MOST);
    private final Thread thread = new Thread(this::run, "guard-notifications");
    private final ByteBuffer out = ByteBuffer.allocateDirect(LONGEST).order(ByteOrder.nativeOrder());

    /** What a server in one of its lives has sent. */
    private record Notification(int generation, byte[] bytes) {}

    Notifications(GuardState state, FuseDevice device) {
        this.state = requireNonNull(state, "state is null");
        this.device = requireNonNull(device, "device is null");
        thread.setDaemon(true);
        thread.start();
    }

    /** Takes one, to be passed on soon; if there are too many it is lost, and the kernel's caches expire by time. */
    void add(int generation, ByteBuffer message) {
        byte[] bytes = new byte[message.remaining()];
        message.duplicate().get(bytes);
        if (bytes.length >= SHORTEST && bytes.length <= LONGEST) {
            queue.offer(new Notification(generation, bytes));
        }
    }

    private void run() {
        try {
            while (true) {
                pass(queue.take());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // which is how it ends
        } catch (IOException e) {
            Log.error("what servers tell the kernel is not passed on any more", e);
        }
    }

    private void pass(Notification notification) throws IOException {
        out.clear().put(notification.bytes).flip();
        boolean known = switch (out.getInt(CODE)) {
            case INVALIDATE_INODE, INVALIDATE_ENTRY -> translate(notification.generation, NODE);
            case DELETE ->
                out.limit() >= CHILD + Long.BYTES
                        && translate(notification.generation, NODE)
                        && translate(notification.generation, CHILD);
            default -> false; // data for the page cache, and poll, which is not offered
        };
        if (known) {
            device.write(Sys.address(out), out.limit());
        }
    }

    /** Puts the guard's number of a node in the place of the server's; false if the kernel does not know it. */
    private boolean translate(int generation, int at) {
        Node node = state.known(generation, out.getLong(at)).orElse(null);
        if (node != null) {
            out.putLong(at, node.id());
        }
        return node != null;
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
