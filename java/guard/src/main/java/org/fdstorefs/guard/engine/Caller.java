// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.guard.engine;

import org.fdstorefs.fuse.wire.RequestHeader;

/** Who asks. */
record Caller(int uid, int gid, int pid) {
    /** The guard itself. */
    static final Caller GUARD = new Caller(0, 0, 0);

    static Caller of(RequestHeader header) {
        return new Caller(header.uid(), header.gid(), header.pid());
    }
}
