// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.internal;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The system calls on processes, with the manners of {@link Sys}. */
public interface ProcessSys {

    /** The system calls of this machine. */
    static ProcessSys system() {
        return NativeProcessSys.INSTANCE;
    }

    /** getpid(2). */
    int getpid();

    /** pidfd_open(2). */
    int pidfdOpen(int pid, int flags);

    /** pidfd_getfd(2). */
    int pidfdGetfd(int pidfd, int fd, int flags);

    /** kill(2). */
    int kill(int pid, int signal);

    /** pthread_sigmask(3): the calling thread's mask becomes these signals, bit 0 being signal 1. */
    int setSignalMask(long signals);

    /**
     * sigaction(2). Actions are structs of the C library, to be handed back as they came, of {@link
     * Linux#SIGACTION_SIZE} bytes of which the first 8 are the handler. Either may be null.
     */
    int sigaction(int number, byte @Nullable [] action, byte @Nullable [] oldAction);

    /** The address of a handler for signals that does nothing: abs(3), as good as any. */
    long idleHandler();

    /** prlimit(2). Limits are the soft and the hard one, a u64 each; either may be null. */
    int prlimit(int pid, int resource, byte @Nullable [] limit, byte @Nullable [] oldLimit);

    /** unshare(2). */
    int unshare(int flags);

    /** chdir(2). */
    int chdir(byte[] path);

    /** access(2), the path a native address. */
    int access(long path, int mode);

    /**
     * execve(2). Arguments are native addresses, of {@link CStrings}, so that nothing need be done
     * between the last preparation and the call.
     *
     * @return only after a failure
     */
    int execve(long file, long argv, long envp);

    /**
     * posix_spawn(3), its arguments native addresses as those of {@link #execve}. The attributes then
     * have the process id.
     */
    int posixSpawn(long file, SpawnAttributes attributes, long argv, long envp);

    /** waitid(2) for the end of a child, which stays to be waited for. */
    int awaitEnd(int pid);

    /** waitpid(2) for a child. */
    int waitpid(int pid, int[] status);

    /** The environment of the process as its bytes are: {@code NAME=VALUE}. */
    List<byte[]> environment();
}
