// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.guard.engine;

import org.fdstorefs.fuse.wire.Journaled;

/** What is kept beside a request, in ordinary memory. */
final class TestJournal implements Journaled {
    private long memo;
    private int attempts;

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
    public void note(int entry, long note) {}

    @Override
    public boolean isInterrupted(long unique) {
        return false;
    }
}
