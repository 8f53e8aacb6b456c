// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.internal;

import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;

/** From a struct sockaddr to what the JDK has for it. */
public final class SocketAddresses {
    /** Room for every address: struct sockaddr_storage. */
    public static final int SIZE = 128;

    // struct sockaddr_in { sa_family_t; be16 port; u8 addr[4]; }, struct sockaddr_in6 { sa_family_t;
    // be16 port; u32 flowinfo; u8 addr[16]; u32 scope_id; }, struct sockaddr_un { sa_family_t; char
    // path[108]; }
    private static final int PORT = 2;
    private static final int IN_ADDRESS = 4;
    private static final int IN6_ADDRESS = 8;
    private static final int IN6_SCOPE = 24;
    private static final int UN_PATH = 2;

    private SocketAddresses() {}

    /**
     * The address in the first {@code length} bytes. One of a unix socket that has no name, or an
     * abstract one, for which the JDK has no word, is the empty path, as it is for the JDK; so is one that the charset
     * of the locale cannot express.
     *
     * @throws IOException if it is of another family than inet, inet6 and unix
     */
    public static SocketAddress parse(byte[] address, int length) throws IOException {
        int family = Short.toUnsignedInt(buffer(address).getShort(0));
        return switch (family) {
            case Linux.AF_UNIX -> unix(Arrays.copyOf(address, length));
            case Linux.AF_INET -> inet(address);
            case Linux.AF_INET6 -> inet6(address);
            default -> throw new IOException("an address of the unknown family " + family);
        };
    }

    private static SocketAddress unix(byte[] address) {
        int end = UN_PATH;
        while (end < address.length && address[end] != 0) {
            end++;
        }
        byte[] path = end > UN_PATH ? Arrays.copyOfRange(address, UN_PATH, end) : new byte[0];
        return UnixDomainSocketAddress.of(ByteStrings.toPathIfAny(path).orElse(Path.of("")));
    }

    private static SocketAddress inet(byte[] address) throws IOException {
        byte[] host = Arrays.copyOfRange(address, IN_ADDRESS, IN_ADDRESS + 4);
        return new InetSocketAddress(InetAddress.getByAddress(host), port(address));
    }

    private static SocketAddress inet6(byte[] address) throws IOException {
        byte[] host = Arrays.copyOfRange(address, IN6_ADDRESS, IN6_ADDRESS + 16);
        int scope = buffer(address).getInt(IN6_SCOPE);
        // getByAddress(host) makes an IPv4 address of one that is mapped to IPv6.
        InetAddress inet = scope == 0 ? InetAddress.getByAddress(host) : Inet6Address.getByAddress(null, host, scope);
        return new InetSocketAddress(inet, port(address));
    }

    private static int port(byte[] address) {
        return Short.toUnsignedInt(ByteBuffer.wrap(address).getShort(PORT));
    }

    private static ByteBuffer buffer(byte[] address) {
        return ByteBuffer.wrap(address).order(ByteOrder.nativeOrder());
    }
}
