// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import org.fdstorefs.Fd;

/** System calls that the tests need beyond those of the library. */
final class Libc {
    private static final int AF_UNIX = 1;
    private static final int SOCK_STREAM = 1;
    private static final int KCMP_FILE = 0;
    private static final int SOCKADDR_UN_SIZE = 110;

    static {
        Native.register(Libc.class, NativeLibrary.getProcess());
    }

    private Libc() {}

    private static native int pipe2(int[] ends, int flags);

    private static native int socket(int domain, int type, int protocol);

    private static native int bind(int fd, byte[] address, int length);

    private static native int listen(int fd, int backlog);

    private static native int accept4(int fd, long address, long length, int flags);

    private static native int eventfd(int initial, int flags);

    private static native int epoll_create1(int flags);

    private static native int getpid();

    private static native long syscall(long number, long a, long b, long c, long d, long e);

    record Pipe(Fd reader, Fd writer) implements AutoCloseable {
        @Override
        public void close() throws IOException {
            try (reader;
                    writer) {
                // Nothing but to close both.
            }
        }
    }

    static Pipe pipe() {
        int[] ends = new int[2];
        check(pipe2(ends, 0));
        return new Pipe(Fd.adopt(ends[0]), Fd.adopt(ends[1]));
    }

    static Fd eventfd() {
        return Fd.adopt(check(eventfd(0, 0)));
    }

    /** Makes an eventfd readable. */
    static void fire(Fd eventfd) throws IOException {
        byte[] one = ByteBuffer.allocate(Long.BYTES)
                .order(ByteOrder.nativeOrder())
                .putLong(1)
                .array();
        try (OutputStream out = eventfd.dup().newOutputStream()) {
            out.write(one);
        }
    }

    /** What /proc says that it is of: {@code pipe:[123]} for both ends of a pipe. */
    static String link(Fd fd) throws IOException {
        return Files.readSymbolicLink(Path.of("/proc/self/fd/" + fd.intValue())).toString();
    }

    static Fd epoll() {
        return Fd.adopt(check(epoll_create1(0)));
    }

    /** A unix stream socket that listens at that path. */
    static Fd listen(Path path) {
        ByteBuffer address = ByteBuffer.allocate(SOCKADDR_UN_SIZE).order(ByteOrder.nativeOrder());
        address.putShort((short) AF_UNIX).put(path.toString().getBytes(UTF_8));
        Fd fd = Fd.adopt(check(socket(AF_UNIX, SOCK_STREAM, 0)));
        check(bind(fd.intValue(), address.array(), SOCKADDR_UN_SIZE));
        check(listen(fd.intValue(), 8));
        return fd;
    }

    static Fd accept(Fd listener) {
        return Fd.adopt(check(accept4(listener.intValue(), 0, 0, 0)));
    }

    /** Whether two descriptors of this process are of one open file description: kcmp(2). */
    static boolean sameFile(Fd one, Fd other) {
        int pid = getpid();
        long order = syscall(sysKcmp(), pid, pid, KCMP_FILE, one.intValue(), other.intValue());
        return check((int) order) == 0;
    }

    private static long sysKcmp() {
        return System.getProperty("os.arch").equals("amd64") ? 312 : 272;
    }

    private static int check(int result) {
        assertThat(result)
                .withFailMessage(() -> "errno " + Native.getLastError())
                .isNotNegative();
        return result;
    }
}
