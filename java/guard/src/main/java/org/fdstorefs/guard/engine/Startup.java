// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.guard.engine;

import org.fdstorefs.fuse.FuseException;

/** Has servers started when the kernel has said what it offers. */
@FunctionalInterface
public interface Startup {

    /**
     * Waits for the answer of the first server to the kernel's INIT, which is in the state.
     *
     * @return the body of the reply
     */
    byte[] agree() throws FuseException;

    /** The kernel cannot be answered: no server will be started. */
    default void refuse(String reason) {}
}
