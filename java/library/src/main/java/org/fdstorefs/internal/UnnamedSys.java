// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.internal;

/** The system calls that make files without a name, with the manners of {@link Sys}. */
public interface UnnamedSys {

    /** The system calls of this machine. */
    static UnnamedSys system() {
        return NativeUnnamedSys.INSTANCE;
    }

    /** eventfd(2). */
    int eventfd(int initial, int flags);

    /** timerfd_create(2). */
    int timerfdCreate(int clock, int flags);

    /** timerfd_settime(2) with a struct itimerspec of {@link Linux#ITIMERSPEC_SIZE} bytes. */
    int timerfdSettime(int fd, int flags, byte[] itimerspec);

    /** pipe2(2); the ends are to read and to write. */
    int pipe(int[] ends, int flags);

    /** memfd_create(2). */
    int memfdCreate(byte[] name, int flags);
}
