// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.internal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

/** The layouts are those of ip(7), ipv6(7) and unix(7). */
class SocketAddressesTest {
    private static final byte[] LINK_LOCAL = {(byte) 0xfe, (byte) 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
    private static final byte[] MAPPED = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1, 10, 0, 0, 1};

    @Test
    void inet() throws IOException {
        SocketAddress address =
                SocketAddresses.parse(inet(2).put(new byte[] {10, 0, 0, 1}).array(), 16);

        assertThat(address).isEqualTo(new InetSocketAddress("10.0.0.1", 8080));
    }

    @Test
    void inet6() throws IOException {
        InetSocketAddress address = inet6(LINK_LOCAL, 0);

        assertThat(address).isEqualTo(new InetSocketAddress("fe80::1", 8080));
    }

    @Test
    void inet6WithAScope() throws IOException {
        InetSocketAddress address = inet6(LINK_LOCAL, 7);

        assertThat(((Inet6Address) address.getAddress()).getScopeId()).isEqualTo(7);
    }

    @Test
    void inet4MappedToInet6IsInet4() throws IOException {
        assertThat(inet6(MAPPED, 0).getAddress()).isInstanceOf(Inet4Address.class);
    }

    @Test
    void unix() throws IOException {
        assertThat(unix("/run/x\0", 2 + 7)).isEqualTo(UnixDomainSocketAddress.of("/run/x"));
    }

    @Test
    void unixWhoseLengthCountsNoNul() throws IOException {
        assertThat(unix("/run/xyz", 2 + 6)).isEqualTo(UnixDomainSocketAddress.of("/run/x"));
    }

    @Test
    void unixWithoutAName() throws IOException {
        assertThat(unix("", 2)).isEqualTo(UnixDomainSocketAddress.of(""));
    }

    @Test
    void unixWithAnAbstractName() throws IOException {
        assertThat(unix("\0x", 4)).isEqualTo(UnixDomainSocketAddress.of(""));
    }

    @Test
    void otherFamiliesAreUnknown() {
        assertThatThrownBy(() -> SocketAddresses.parse(inet(40).array(), 16))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("family 40");
    }

    private static InetSocketAddress inet6(byte[] host, int scope) throws IOException {
        byte[] bytes = inet(10).putInt(0).put(host).putInt(scope).array();
        return (InetSocketAddress) SocketAddresses.parse(bytes, 28);
    }

    private static SocketAddress unix(String path, int length) throws IOException {
        return SocketAddresses.parse(start(1).put(path.getBytes(UTF_8)).array(), length);
    }

    private static ByteBuffer inet(int family) {
        return start(family).put((byte) (8080 >> 8)).put((byte) 8080);
    }

    private static ByteBuffer start(int family) {
        return ByteBuffer.allocate(SocketAddresses.SIZE)
                .order(ByteOrder.nativeOrder())
                .putShort((short) family);
    }
}
