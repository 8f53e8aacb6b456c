// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs;

import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;

/** Waits for the garbage collector. */
final class Garbage {
    private static final long BETWEEN_COLLECTIONS_MILLIS = 100;

    private final ReferenceQueue<Object> collected = new ReferenceQueue<>();
    private final WeakReference<Object> reference;

    /** What is watched, which the caller must drop. */
    Garbage(Object object) {
        reference = new WeakReference<>(object, collected);
    }

    void awaitCollection() throws InterruptedException {
        do {
            System.gc();
        } while (collected.remove(BETWEEN_COLLECTIONS_MILLIS) != reference);
    }
}
