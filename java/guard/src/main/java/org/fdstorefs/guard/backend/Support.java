// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.guard.backend;

/** How well a guard can replace a server that died. */
public enum Support {
    /** Killed many times under load: nothing failed, and nothing differed. */
    SUPPORTED,

    /** Works, but the server may tear something of its own when it is killed. */
    BEST_EFFORT,

    /** Would lose data. */
    REFUSED,

    /** Nobody has tried. */
    UNKNOWN
}
