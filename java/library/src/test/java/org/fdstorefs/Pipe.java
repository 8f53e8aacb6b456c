// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs;

import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import java.io.IOException;

/** Both ends of a pipe(2). */
record Pipe(Fd reader, Fd writer) implements AutoCloseable {

    static Pipe open() {
        return open(0);
    }

    /** The flags are those of pipe2(2). */
    static Pipe open(int flags) {
        int[] ends = new int[2];
        if (Libc.pipe2(ends, flags) < 0) {
            throw new AssertionError("pipe2: " + Errno.describe(Native.getLastError()));
        }
        return new Pipe(Fd.adopt(ends[0]), Fd.adopt(ends[1]));
    }

    @Override
    public void close() throws IOException {
        try (reader;
                writer) {
            // Nothing but to close both.
        }
    }

    private static final class Libc {
        static {
            Native.register(Libc.class, NativeLibrary.getProcess());
        }

        static native int pipe2(int[] ends, int flags);
    }
}
