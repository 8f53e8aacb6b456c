// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.fuse.workers;

import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;

/** The C library's calls for signals. */
final class Libc {
    static {
        Native.register(Libc.class, NativeLibrary.getProcess());
    }

    private Libc() {}

    /** The address of a handler for signals that does nothing: abs(3), as good as any. */
    static long idleHandler() {
        return Pointer.nativeValue(NativeLibrary.getProcess().getFunction("abs"));
    }

    static native long pthread_self();

    static native int pthread_kill(long thread, int signal);

    static native int pthread_sigmask(int how, byte[] set, long old);

    static native long signal(int signal, long handler);

    static native int siginterrupt(int signal, int flag);
}
