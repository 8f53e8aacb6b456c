// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.internal;

import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import org.jspecify.annotations.Nullable;

/** What {@link NativeUnnamedSys} needs of the C library, as {@link Libc}. */
final class UnnamedLibc {
    static {
        Linux.requireSupported();
        Native.register(UnnamedLibc.class, NativeLibrary.getProcess());
    }

    private UnnamedLibc() {}

    static native int eventfd(int initial, int flags);

    static native int timerfd_create(int clock, int flags);

    static native int timerfd_settime(int fd, int flags, byte[] value, byte @Nullable [] old);

    static native int pipe2(int[] ends, int flags);

    static native int memfd_create(byte[] name, int flags);
}
