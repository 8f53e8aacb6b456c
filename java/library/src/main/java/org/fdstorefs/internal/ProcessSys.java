// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.internal;

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

    /** signal(2); the disposition is {@link Linux#SIG_IGN}. */
    int signal(int number, long disposition);

    /** pthread_sigmask(3): the calling thread's mask becomes these signals, bit 0 being signal 1. */
    int setSignalMask(long signals);

    /**
     * execvp(3) with the environment of the process. Arguments are native addresses, of {@link
     * CStrings}, so that nothing need be done between the last preparation and the call.
     *
     * @return only after a failure
     */
    int execvp(long file, long argv);
}
