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
    /** Data that were to be written. */
    record Write(long offset, byte[] data) {}

    private final Map<Long, List<Write>> byNode = new HashMap<>();
    private long bytes;

    void add(long node, long offset, ByteBuffer data) {
        byte[] copy = new byte[data.remaining()];
        data.duplicate().get(copy);
        byNode.computeIfAbsent(node, key -> new ArrayList<>()).add(new Write(offset, copy));
        bytes += copy.length;
    }

    /** True if there were any. */
    boolean clear(long node) {
        List<Write> gone = byNode.remove(node);
        if (gone != null) {
            bytes -= gone.stream().mapToLong(write -> write.data.length).sum();
        }
        return gone != null;
    }

    boolean has(long node) {
        return byNode.containsKey(node);
    }

    long bytes() {
        return bytes;
    }

    List<Write> of(long node) {
        return List.copyOf(byNode.getOrDefault(node, List.of()));
    }

    void forEach(BiConsumer<Long, Write> consumer) {
        byNode.forEach((node, writes) -> writes.forEach(write -> consumer.accept(node, write)));
    }
}
