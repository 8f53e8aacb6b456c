// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.internal;

import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;

/** What {@link NativeProcessSys} needs of the C library, as {@link Libc}. */
final class ProcessLibc {
    static {
        Linux.requireSupported();
        Native.register(ProcessLibc.class, NativeLibrary.getProcess());
    }

    private ProcessLibc() {}

    static native int getpid();

    static native long signal(int number, long disposition);

    static native int pthread_sigmask(int how, byte[] set, long oldSet);

    static native int execvp(long file, long argv);

    static native long syscall(long number, long a, long b, long c);
}
