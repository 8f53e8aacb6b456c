// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.internal;

/** The system calls on sockets, with the manners of {@link Sys}. */
public interface SocketSys {

    /** The system calls of this machine. */
    static SocketSys system() {
        return NativeSocketSys.INSTANCE;
    }

    /** getsockopt(2) at SOL_SOCKET of an option that is an int, and never negative. */
    int option(int fd, int option);

    /** getpeername(2): the length of the address in {@code address}. */
    int getpeername(int fd, byte[] address);

    /** getsockname(2): the length of the address in {@code address}. */
    int getsockname(int fd, byte[] address);
}
