// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.internal;

import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;

/** What {@link NativeSocketSys} needs of the C library, as {@link Libc}. */
final class SocketLibc {
    static {
        Linux.requireSupported();
        Native.register(SocketLibc.class, NativeLibrary.getProcess());
    }

    private SocketLibc() {}

    static native int getsockopt(int fd, int level, int option, int[] value, int[] length);

    static native int getpeername(int fd, byte[] address, int[] length);

    static native int getsockname(int fd, byte[] address, int[] length);
}
