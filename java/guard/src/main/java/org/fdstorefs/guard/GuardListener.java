// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.guard;

import org.fdstorefs.fuse.Identity;
import org.fdstorefs.fuse.Replay;

/** Is notified of what a {@link Guard} does, by its threads. */
public interface GuardListener {
    /**
     * It is ready, and waits until no other guard is in charge.
     *
     * @param what the session that it will serve or take over, and no other one
     */
    default void standingBy(Identity what) {}

    /** It took a session over, and has answered what was left behind. */
    default void tookOver(Replay replay) {}

    /** A server was started. */
    default void backendStarted(long pid) {}

    /**
     * A server has ended, or could not be started; another one is started unless the file system is unmounted.
     *
     * @param pid 0 if there was none
     */
    default void backendEnded(long pid, String reason) {}

    /** The file system is mounted, and requests are answered from now on. */
    default void serving() {}
}
