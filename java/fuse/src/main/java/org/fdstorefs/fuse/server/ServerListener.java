// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.fuse.server;

import org.fdstorefs.fuse.Identity;
import org.fdstorefs.fuse.Replay;

/** Is notified of what a {@link RecoverableServer} does, by the thread that runs it. */
public interface ServerListener {
    /**
     * It is ready, and waits until no other server is in charge.
     *
     * @param what the session that it will serve or take over, and no other one
     */
    default void standingBy(Identity what) {}

    /** It took a session over, and has answered what was left behind. */
    default void tookOver(Replay replay) {}

    /** The file system is mounted, and requests are answered from now on. */
    default void serving() {}
}
