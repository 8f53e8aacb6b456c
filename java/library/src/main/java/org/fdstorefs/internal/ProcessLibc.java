// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.internal;

import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import org.jspecify.annotations.Nullable;

/**
 * What {@link NativeProcessSys} needs of the C library, by JNA: functions that do more than a system call, or that are
 * used where a process is about to end.
 */
final class ProcessLibc {
    static {
        Linux.requireSupported();
        Native.register(ProcessLibc.class, NativeLibrary.getProcess());
    }

    private ProcessLibc() {}

    /** What a function gave, or the negated errno; JNA keeps that per thread as it was when the function returned. */
    static int check(int result) {
        return result < 0 ? -Native.getLastError() : result;
    }

    static native int getpid();

    static native int pthread_sigmask(int how, byte[] set, long oldSet);

    static native int sigaction(int number, byte @Nullable [] action, byte @Nullable [] oldAction);

    static native int prlimit(int pid, int resource, byte @Nullable [] limit, byte @Nullable [] oldLimit);

    static native int unshare(int flags);

    static native int chdir(byte[] path);

    static native int access(long path, int mode);

    static native int execve(long file, long argv, long envp);

    static native int posix_spawn(long pid, long file, long actions, long attributes, long argv, long envp);

    static native int posix_spawnattr_init(long attributes);

    static native int posix_spawnattr_setflags(long attributes, short flags);

    static native int posix_spawnattr_setsigdefault(long attributes, long set);

    static native int posix_spawnattr_setsigmask(long attributes, long set);

    static native int posix_spawnattr_destroy(long attributes);

    static native int waitid(int idType, int id, long info, int options);

    static native int waitpid(int pid, int[] status, int options);
}
