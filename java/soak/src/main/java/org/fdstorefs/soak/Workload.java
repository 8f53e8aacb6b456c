// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.soak;

import java.util.stream.Stream;

/** Something that uses the mount, round by round, until it is told to stop. */
interface Workload extends Runnable {
    String name();

    Tally tally();

    /** Ends it after the present round. */
    void stop();

    /** The programs that it runs at the moment; most run none. */
    default Stream<ProcessHandle> programs() {
        return Stream.empty();
    }
}
