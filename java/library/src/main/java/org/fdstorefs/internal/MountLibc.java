// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.internal;

import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import org.jspecify.annotations.Nullable;

/**
 * What {@link NativeMountSys} needs of the C library, as {@link Libc}. The newer calls go through
 * syscall(2): the C library has names for them only since glibc 2.36, and musl has none.
 */
final class MountLibc {
    static {
        Linux.requireSupported();
        Native.register(MountLibc.class, NativeLibrary.getProcess());
    }

    private MountLibc() {}

    static native int mount(byte[] source, byte[] target, byte[] type, long flags, byte @Nullable [] data);

    static native int umount2(byte[] target, int flags);

    static native long syscall(long number, byte[] a, long b);

    static native long syscall(long number, long a, long b, long c);

    static native long syscall(long number, long a, long b, byte @Nullable [] c, byte @Nullable [] d, long e);

    static native long syscall(long number, long a, byte[] b, long c, byte[] d, long e);
}
