// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.fuse.workers;

import java.util.ArrayList;
import java.util.List;
import org.fdstorefs.fuse.Replay;
import org.fdstorefs.fuse.wire.RequestHeader;

/** Collects what a server finds that takes a session over. */
final class Recorder {
    private final List<String> executed = new ArrayList<>();
    private final List<String> resent = new ArrayList<>();
    private int answered;

    void unanswered(RequestHeader header) {
        executed.add(header.operation());
    }

    void composed(RequestHeader header, boolean waitedFor) {
        if (waitedFor) {
            resent.add(header.operation());
        } else {
            answered();
        }
    }

    void answered() {
        answered++;
    }

    Replay replay() {
        return new Replay(executed, resent, answered);
    }
}
