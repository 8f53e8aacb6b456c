// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.file.FileSystemException;
import java.util.Optional;
import org.fdstorefs.internal.Linux;
import org.fdstorefs.internal.SocketAddresses;
import org.fdstorefs.internal.SocketSys;
import org.fdstorefs.internal.SysErrors;

/** A socket of a kind that the JDK knows, as the kernel describes it. */
record KernelSocket(SocketSys sys, int number, String what, ProtocolFamily family) {

    /**
     * What the kernel knows of a descriptor.
     *
     * @throws FileSystemException if it is none of a stream socket, or of another family
     */
    static KernelSocket stream(int number, String what) throws IOException {
        return of(number, what, Linux.SOCK_STREAM, "stream");
    }

    /**
     * As above, of a datagram socket.
     *
     * @throws FileSystemException if it is none of a datagram socket of family inet or inet6
     */
    static KernelSocket datagram(int number, String what) throws IOException {
        KernelSocket socket = of(number, what, Linux.SOCK_DGRAM, "datagram");
        if (socket.family() == StandardProtocolFamily.UNIX) {
            throw new FileSystemException(
                    what, null, "a datagram socket of family unix, which the JDK has no channel for");
        }
        return socket;
    }

    private static KernelSocket of(int number, String what, int wanted, String word) throws IOException {
        SocketSys sys = SocketSys.system();
        int type = option(sys, number, what, Linux.SO_TYPE, "SO_TYPE");
        if (type != wanted) {
            throw new FileSystemException(what, null, "a socket, but not a " + word + " socket: its type is " + type);
        }
        int family = option(sys, number, what, Linux.SO_DOMAIN, "SO_DOMAIN");
        return new KernelSocket(
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
            throw new FileSystemException(what, null, "a socket that does not listen: call listen(2) on it first");
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

    /** The address of the other end; empty if it is not connected. */
    Optional<SocketAddress> remoteAddressIfAny() throws IOException {
        byte[] address = new byte[SocketAddresses.SIZE];
        int length = sys.getpeername(number, address);
        return length == -Errno.ENOTCONN.number() ? Optional.empty() : Optional.of(remoteAddress());
    }

    /** The address of this end; empty if it has none yet. */
    Optional<InetSocketAddress> localAddress() throws IOException {
        byte[] address = new byte[SocketAddresses.SIZE];
        int length = sys.getsockname(number, address);
        if (length < 0) {
            throw SysErrors.exception(length, "getsockname", what);
        }
        return Optional.of((InetSocketAddress) SocketAddresses.parse(address, length))
                .filter(local -> local.getPort() != 0);
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
