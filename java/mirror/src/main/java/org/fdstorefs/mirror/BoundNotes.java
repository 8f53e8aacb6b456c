// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.mirror;

import static java.util.Objects.requireNonNull;

import org.fdstorefs.fuse.NodeNotes;

/** The notes of the session, once there is one; until then there are none. */
final class BoundNotes implements NodeNotes {
    private volatile NodeNotes notes = new None();

    void bind(NodeNotes session) {
        notes = requireNonNull(session, "session is null");
    }

    @Override
    public long get(long nodeId) {
        return notes.get(nodeId);
    }

    @Override
    public void set(long nodeId, long note) {
        notes.set(nodeId, note);
    }

    private static final class None implements NodeNotes {
        @Override
        public long get(long nodeId) {
            return 0;
        }

        @Override
        public void set(long nodeId, long note) {}
    }
}
