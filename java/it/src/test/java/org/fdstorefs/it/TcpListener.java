// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.fdstorefs.Fd;

/** A socket that listens on a free port of 127.0.0.1, as a descriptor. */
record TcpListener(Fd fd, int port) {
    private static final int AF_INET = 2;
    private static final int SOCK_STREAM = 1;
    private static final int SOCKADDR_IN_SIZE = 16;
    private static final int BACKLOG = 64;

    static TcpListener open() {
        ByteBuffer address = ByteBuffer.allocate(SOCKADDR_IN_SIZE).order(ByteOrder.nativeOrder());
        address.putShort(0, (short) AF_INET).put(4, new byte[] {127, 0, 0, 1});
        Fd fd = Fd.adopt(check(Calls.socket(AF_INET, SOCK_STREAM, 0)));
        check(Calls.bind(fd.intValue(), address.array(), SOCKADDR_IN_SIZE));
        check(Calls.listen(fd.intValue(), BACKLOG));
        check(Calls.getsockname(fd.intValue(), address.array(), new int[] {SOCKADDR_IN_SIZE}));
        int port = Short.toUnsignedInt(address.order(ByteOrder.BIG_ENDIAN).getShort(2));
        return new TcpListener(fd, port);
    }

    private static int check(int result) {
        assertThat(result)
                .withFailMessage(() -> "errno " + Native.getLastError())
                .isNotNegative();
        return result;
    }

    private static final class Calls {
        static {
            Native.register(Calls.class, NativeLibrary.getProcess());
        }

        static native int socket(int domain, int type, int protocol);

        static native int bind(int fd, byte[] address, int length);

        static native int listen(int fd, int backlog);

        static native int getsockname(int fd, byte[] address, int[] length);
    }
}
