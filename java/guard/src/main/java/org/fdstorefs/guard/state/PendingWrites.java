// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.guard.state;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/** What servers have accepted of WRITEs and perhaps not written yet. */
final class PendingWrites {
    private final Map<Long, List<PendingWrite>> byNode = new HashMap<>();
    private long bytes;

    void add(long node, long offset, ByteBuffer data) {
        byte[] copy = new byte[data.remaining()];
        data.duplicate().get(copy);
        byNode.computeIfAbsent(node, key -> new ArrayList<>()).add(new PendingWrite(offset, copy));
        bytes += copy.length;
    }

    /** True if there were any. */
    boolean clear(long node) {
        List<PendingWrite> gone = byNode.remove(node);
        if (gone != null) {
            bytes -= gone.stream().mapToLong(write -> write.data().length).sum();
        }
        return gone != null;
    }

    boolean has(long node) {
        return byNode.containsKey(node);
    }

    long bytes() {
        return bytes;
    }

    List<PendingWrite> of(long node) {
        return List.copyOf(byNode.getOrDefault(node, List.of()));
    }

    void forEach(BiConsumer<Long, PendingWrite> consumer) {
        byNode.forEach((node, writes) -> writes.forEach(write -> consumer.accept(node, write)));
    }
}
