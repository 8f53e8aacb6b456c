// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.fuse.state;

import java.lang.invoke.VarHandle;

/**
 * The order in which shared memory is written. A successor comes when its predecessor is dead, so it
 * is enough that no store is moved before another one.
 */
final class Fence {
    private Fence() {}

    /** What was written before is there for a successor that sees what is written after. */
    static void order() {
        VarHandle.fullFence();
    }
}
