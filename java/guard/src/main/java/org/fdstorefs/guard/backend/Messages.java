// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.guard.backend;

import org.fdstorefs.internal.SyscallNumber;
import org.fdstorefs.internal.SystemCall;

/**
 * Messages on a {@link SocketPair}, where one message is one request or reply. These are bare system calls for
 * the hot path: they allocate nothing, and give a negated errno when they fail.
 */
public final class Messages {
    /** Of {@link #receive}: the message stays in the socket. */
    public static final int PEEK = 0x2; // sys/socket.h

    /** Of {@link #receive}: EAGAIN if there is none. */
    public static final int DONTWAIT = 0x40;

    /** Of {@link #receive}: gives the whole length of a message that does not fit. */
    public static final int TRUNC = 0x20;

    private static final int SHUT_RDWR = 2;

    private Messages() {}

    /**
     * recv(2) of one message into native memory.
     *
     * @return its length; 0 if the other end is closed and nothing is left, as no message is empty; before that,
     *     ECONNRESET once if the other end was closed while messages for it were left unread
     */
    public static long receive(int fd, long address, long length, int flags) {
        return SystemCall.make(SyscallNumber.RECVFROM, fd, address, length, flags, 0, 0);
    }

    /**
     * writev(2) of one message, which goes whole or not at all.
     *
     * @param iovecs the address of an array of struct iovec: the address and the length of each piece, 8 bytes each
     * @return its length; EPIPE if the other end is closed, EMSGSIZE if it is longer than {@link
     *     SocketPair#longestMessage}
     */
    public static long send(int fd, long iovecs, int count) {
        return SystemCall.make(SyscallNumber.WRITEV, fd, iovecs, count);
    }

    /** shutdown(2) of both directions, which wakes whoever waits at either end. */
    public static int shutdown(int fd) {
        return (int) SystemCall.make(SyscallNumber.SHUTDOWN, fd, SHUT_RDWR, 0);
    }
}
