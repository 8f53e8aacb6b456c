// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.fuse.workers;

import java.util.ArrayList;
import java.util.List;
import org.fdstorefs.fuse.wire.Journaled;

/** What is kept beside a request, in ordinary memory. */
final class TestJournal implements Journaled {
    private final List<Long> notes = new ArrayList<>();
    private long memo;
    private int attempts;
    private boolean interrupted;

    @Override
    public long memo() {
        return memo;
    }

    @Override
    public void memo(long value) {
        memo = value;
    }

    @Override
    public int attempt() {
        return attempts++;
    }

    @Override
    public void note(int entry, long note) {
        while (notes.size() <= entry) {
            notes.add(0L);
        }
        notes.set(entry, note);
    }

    @Override
    public boolean isInterrupted(long unique) {
        return interrupted;
    }

    void interrupt() {
        interrupted = true;
    }

    List<Long> notes() {
        return notes;
    }
}
