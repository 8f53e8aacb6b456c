// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.fuse;

import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.fdstorefs.Fd;

/**
 * A stand-in for /dev/fuse, which also keeps the limits of messages: what is written at one end is
 * read at the other.
 */
final class SocketPair implements AutoCloseable {
    private static final int AF_UNIX = 1;
    private static final int SOCK_SEQPACKET = 5;

    private final Fd server;
    private final Fd kernel;

    private SocketPair(Fd server, Fd kernel) {
        this.server = server;
        this.kernel = kernel;
    }

    private static final class Libc {
        static {
            Native.register(Libc.class, NativeLibrary.getProcess());
        }

        static native int socketpair(int domain, int type, int protocol, int[] fds);
    }

    static SocketPair open() throws IOException {
        int[] fds = new int[2];
        if (Libc.socketpair(AF_UNIX, SOCK_SEQPACKET, 0, fds) < 0) {
            throw new IOException("socketpair: errno " + Native.getLastError());
        }
        return new SocketPair(Fd.adopt(fds[0]), Fd.adopt(fds[1]));
    }

    /** A new descriptor of the end of a server. */
    FuseDevice device() throws IOException {
        return new FuseDevice(server.dup());
    }

    void ask(String hex) throws IOException {
        kernel.write(Wire.bytes(hex));
    }

    String answer() throws IOException {
        ByteBuffer buffer = Wire.empty(4096);
        kernel.read(buffer);
        return Wire.hex(buffer);
    }

    @Override
    public void close() throws IOException {
        server.close();
        kernel.close();
    }
}
