// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.csi;

import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;

/** What the driver needs of the C library beyond {@code org.fdstorefs.internal}. */
final class Libc {
    static {
        Native.register(Libc.class, NativeLibrary.getProcess());
    }

    private Libc() {}

    /** What a call gave, or why it failed, as a negated errno; to be asked by the thread that made the call. */
    static int check(int result) {
        return result < 0 ? -Native.getLastError() : result;
    }

    static native int statfs(byte[] path, byte[] statfs);
}
