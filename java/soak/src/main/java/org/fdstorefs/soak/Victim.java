// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.soak;

import java.util.List;

/** What is killed. */
enum Victim {
    /** The process that was started: a server, or a guard of one. */
    GUARD,

    /** The process that a guard says it has started. */
    BACKEND,

    /** Both, one right after the other. */
    BOTH;

    /** Whether there are backends among them. */
    static boolean withBackends(List<Victim> victims) {
        return victims.contains(BACKEND) || victims.contains(BOTH);
    }
}
