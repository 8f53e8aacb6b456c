// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs;

import java.io.IOException;
import java.net.ProtocolFamily;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.file.FileSystemException;
import org.fdstorefs.internal.Linux;
import org.fdstorefs.internal.SocketAddresses;
import org.fdstorefs.internal.SocketSys;
import org.fdstorefs.internal.SysErrors;

/** A stream socket of a family that the JDK knows, as the kernel describes it. */
record StreamSocket(SocketSys sys, int number, String what, ProtocolFamily family) {

    /**
     * What the kernel knows of a descriptor.
     *
     * @throws FileSystemException if it is none of a stream socket, or of another family
     */
    static StreamSocket of(int number, String what) throws IOException {
        SocketSys sys = SocketSys.system();
        int type = option(sys, number, what, Linux.SO_TYPE, "SO_TYPE");
        if (type != Linux.SOCK_STREAM) {
            throw new FileSystemException(what, null, "a socket, but not a stream socket: its type is " + type);
        }
        int family = option(sys, number, what, Linux.SO_DOMAIN, "SO_DOMAIN");
        return new StreamSocket(
                sys,
                number,
                what,
                switch (family) {
                    case Linux.AF_UNIX -> StandardProtocolFamily.UNIX;
                    case Linux.AF_INET -> StandardProtocolFamily.INET;
                    case Linux.AF_INET6 -> StandardProtocolFamily.INET6;
                    default ->
                        throw new FileSystemException(
                                what, null, "a socket of family " + family + ", which the JDK has no channel for");
                });
    }

    void requireListening() throws IOException {
        if (option(sys, number, what, Linux.SO_ACCEPTCONN, "SO_ACCEPTCONN") == 0) {
            throw new FileSystemException(what, null, "a socket that does not listen: nobody called listen(2) on it");
        }
    }

    /**
     * The address of the other end.
     *
     * @throws FdStoreException with ENOTCONN if it is not connected, as a socket that listens
     */
    SocketAddress remoteAddress() throws IOException {
        byte[] address = new byte[SocketAddresses.SIZE];
        int length = sys.getpeername(number, address);
        if (length == -Errno.ENOTCONN.number()) {
            throw SysErrors.exception(length, "getpeername", what, "a socket that is not connected");
        } else if (length < 0) {
            throw SysErrors.exception(length, "getpeername", what);
        }
        return SocketAddresses.parse(address, length);
    }

    private static int option(SocketSys sys, int number, String what, int option, String name) throws IOException {
        int value = sys.option(number, option);
        if (value == -Errno.ENOTSOCK.number()) {
            throw SysErrors.exception(value, "getsockopt " + name, what, "not a socket");
        } else if (value < 0) {
            throw SysErrors.exception(value, "getsockopt " + name, what);
        }
        return value;
    }
}
