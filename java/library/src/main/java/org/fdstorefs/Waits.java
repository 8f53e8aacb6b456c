// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs;

import org.fdstorefs.internal.EventSys;
import org.fdstorefs.internal.Sys;

/** What all who wait in a process share, so that many who wait take no more than one does. */
record Waits(Reactor reactor, PendingLocks locks) {

    /** Made when somebody first waits. */
    private static final class OfThisProcess {
        private static final Waits WAITS = of(Sys.system(), EventSys.system());
    }

    static Waits ofThisProcess() {
        return OfThisProcess.WAITS;
    }

    static Waits of(Sys sys, EventSys events) {
        return new Waits(new Reactor(sys, events), new PendingLocks());
    }
}
