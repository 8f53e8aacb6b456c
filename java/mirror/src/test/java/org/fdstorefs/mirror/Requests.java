// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.mirror;

import org.fdstorefs.fuse.Request;

/** Makes requests about a node, which share one memo. */
final class Requests {
    private final long nodeId;
    private final int uid;
    private final int gid;
    private long memo;

    Requests(long nodeId, int uid, int gid) {
        this.nodeId = nodeId;
        this.uid = uid;
        this.gid = gid;
    }

    /** As the first server sees it. */
    Request first() {
        return new Seen(false);
    }

    /** As a later server sees it, with the memo of the first one. */
    Request replayed() {
        return new Seen(true);
    }

    private final class Seen implements Request {
        private final boolean replayed;

        Seen(boolean replayed) {
            this.replayed = replayed;
        }

        @Override
        public long nodeId() {
            return nodeId;
        }

        @Override
        public int uid() {
            return uid;
        }

        @Override
        public int gid() {
            return gid;
        }

        @Override
        public int pid() {
            return 42;
        }

        @Override
        public boolean replayed() {
            return replayed;
        }

        @Override
        public boolean isInterrupted() {
            return false;
        }

        @Override
        public long memo() {
            return memo;
        }

        @Override
        public void memo(long value) {
            memo = value;
        }
    }
}
