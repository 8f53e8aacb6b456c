// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.fuse;

/** Makes requests for tests of file systems. */
public final class Requests {
    private final RequestHeader header;
    private final TestJournal journal = new TestJournal();

    private Requests(RequestHeader header) {
        this.header = header;
    }

    /** A request about a node by the user of this process. */
    public static Requests about(long nodeId, int uid, int gid) {
        return new Requests(new RequestHeader(0, 0, 4, nodeId, uid, gid, 42));
    }

    /** As the first server sees it. */
    public Request first() {
        return new Request(header, false, journal);
    }

    /** As a later server sees it, with the memo of the first one. */
    public Request replayed() {
        return new Request(header, true, journal);
    }
}
