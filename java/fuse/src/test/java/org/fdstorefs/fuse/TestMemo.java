// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.fuse;

/** A memo in ordinary memory. */
final class TestMemo implements Memo {
    private long value;

    @Override
    public long get() {
        return value;
    }

    @Override
    public void set(long value) {
        this.value = value;
    }
}
