// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs;

import java.io.IOException;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.nio.ByteBuffer;
import org.fdstorefs.internal.Linux;

/** Waits for the garbage collector. */
final class Garbage {
    private static final long BETWEEN_COLLECTIONS_MILLIS = 100;

    private final ReferenceQueue<Object> collected = new ReferenceQueue<>();
    private final WeakReference<Object> reference;

    /** What is watched, which the caller must drop. */
    Garbage(Object object) {
        reference = new WeakReference<>(object, collected);
    }

    /** Returns when whatever was unreachable before has been seen to by cleaners: those of Fds that were lost later have. */
    static void collect() throws IOException, InterruptedException {
        for (int i = 0; i < 2; i++) {
            try (Fd reader = loseWriter()) {
                ByteBuffer nothing = ByteBuffer.allocateDirect(1);
                while (reader.read(nothing) == 0) { // no writer: the end of the file
                    System.gc();
                    Thread.yield();
                }
            }
        }
    }

    private static Fd loseWriter() {
        return Pipe.open(Linux.O_NONBLOCK).reader();
    }

    void awaitCollection() throws InterruptedException {
        do {
            System.gc();
        } while (collected.remove(BETWEEN_COLLECTIONS_MILLIS) != reference);
    }
}
