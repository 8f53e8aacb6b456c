// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.mirror;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.fdstorefs.fuse.Entry;
import org.fdstorefs.fuse.NodeNotes;

/** Keeps notes as a session does, for servers that come one after the other. */
final class KnownNodes implements NodeNotes {
    private final Map<Long, Long> notes = new ConcurrentHashMap<>();

    /** An entry was answered. */
    Entry answered(Entry entry) {
        notes.put(entry.nodeId(), entry.note());
        return entry;
    }

    void forgotten(long nodeId) {
        notes.remove(nodeId);
    }

    @Override
    public long get(long nodeId) {
        return notes.getOrDefault(nodeId, 0L);
    }

    @Override
    public void set(long nodeId, long note) {
        notes.computeIfPresent(nodeId, (id, old) -> note);
    }
}
