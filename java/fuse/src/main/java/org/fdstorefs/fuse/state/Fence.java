// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.fuse.state;

import java.lang.invoke.VarHandle;

/**
 * The order in which shared memory is written. A successor starts when its predecessor is dead, so it
 * is enough that no store is moved before another one.
 */
public final class Fence {
    private Fence() {}

    /** A successor that sees what is written after this sees what was written before it. */
    public static void order() {
        VarHandle.releaseFence();
    }
}
