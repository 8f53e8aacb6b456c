// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs;

import static java.util.Objects.requireNonNull;

import java.io.Closeable;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.InetSocketAddress;
import java.nio.channels.Channel;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.FileChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.AbstractSelectableChannel;
import java.nio.file.FileSystemException;
import org.fdstorefs.internal.JdkDescriptors;
import org.fdstorefs.internal.Linux;
import org.fdstorefs.internal.Sys;
import org.fdstorefs.internal.SysErrors;
import org.jspecify.annotations.Nullable;

/** Objects of the JDK for the open file of a descriptor, which each gets a duplicate of; and back. */
final class JdkChannels {
    private static final String PLACEHOLDER = "/dev/null";

    private JdkChannels() {}

    static Fd duplicate(Channel channel) throws IOException {
        if (channel instanceof FdByteChannel ours) {
            return ours.duplicate();
        }
        int number = JdkDescriptors.number(channel);
        // Channels say that they are closed before they give the number back: it was that of this
        // channel when it was duplicated if the channel is open afterwards.
        try (Owned copy = new Owned(channel.isOpen() ? Fd.duplicate(number) : null)) {
            if (!channel.isOpen()) {
                throw new ClosedChannelException();
            }
            return copy.release();
        } catch (FdStoreException e) {
            throw channel.isOpen() ? e : new ClosedChannelException();
        }
    }

    static Fd duplicate(FileDescriptor descriptor) throws IOException {
        int number = JdkDescriptors.number(descriptor);
        // It loses its number before that is given back.
        try (Owned copy = new Owned(number < 0 ? null : Fd.duplicate(number))) {
            if (number < 0 || JdkDescriptors.number(descriptor) != number) {
                throw new ClosedFdException("the FileDescriptor");
            }
            return copy.release();
        }
    }

    static FileDescriptor fileDescriptor(Fd fd) throws IOException {
        try (Owned copy = new Owned(fd.dup())) {
            FileDescriptor descriptor = JdkDescriptors.descriptor(copy.number());
            copy.release().detach();
            return descriptor;
        }
    }

    static ServerSocketChannel serverSocketChannel(Fd fd) throws IOException {
        try (Owned copy = new Owned(fd.dup())) {
            KernelSocket socket = KernelSocket.stream(copy.number(), fd.toString());
            socket.requireListening();
            ServerSocketChannel channel = JdkDescriptors.serverSocketChannel(socket.family(), copy.number());
            copy.release().detach();
            return likeTheFile(channel);
        }
    }

    static SocketChannel socketChannel(Fd fd) throws IOException {
        try (Owned copy = new Owned(fd.dup())) {
            KernelSocket socket = KernelSocket.stream(copy.number(), fd.toString());
            SocketChannel channel =
                    JdkDescriptors.socketChannel(socket.family(), copy.number(), socket.remoteAddress());
            copy.release().detach();
            return likeTheFile(channel);
        }
    }

    static DatagramChannel datagramChannel(Fd fd) throws IOException {
        try (Owned copy = new Owned(fd.dup())) {
            KernelSocket socket = KernelSocket.datagram(copy.number(), fd.toString());
            DatagramChannel channel = DatagramChannel.open(socket.family());
            try {
                replace(Sys.system(), copy.number(), JdkDescriptors.number(channel));
                JdkDescriptors.setAddresses(
                        channel,
                        socket.localAddress(),
                        socket.remoteAddressIfAny().map(InetSocketAddress.class::cast));
            } catch (Throwable e) {
                channel.close();
                throw e;
            }
            return likeTheFile(channel);
        }
    }

    /** A channel is blocking when it is new; when the file is not, it must know. */
    private static <C extends AbstractSelectableChannel> C likeTheFile(C channel) throws IOException {
        try {
            int flags = flags(Sys.system(), JdkDescriptors.number(channel), channel.toString());
            if ((flags & Linux.O_NONBLOCK) != 0) {
                channel.configureBlocking(false);
            }
            return channel;
        } catch (Throwable e) {
            channel.close();
            throw e;
        }
    }

    static FileChannel fileChannel(Sys sys, int number) throws IOException {
        int flags = flags(sys, number, "fd " + number);
        if ((flags & Linux.O_PATH) != 0) {
            throw new FileSystemException(
                    "fd " + number,
                    null,
                    "opened with O_PATH, so there is no content to read or write; open /proc/self/fd/" + number);
        }
        switch (flags & Linux.O_ACCMODE) {
            case Linux.O_RDONLY -> {
                FileInputStream in = new FileInputStream(PLACEHOLDER);
                replace(sys, number, in.getFD(), in);
                return in.getChannel();
            }
            case Linux.O_WRONLY -> {
                // Only the JDK's own opening in append mode has its channel take the end of the
                // file for the position.
                FileOutputStream out = new FileOutputStream(PLACEHOLDER, (flags & Linux.O_APPEND) != 0);
                replace(sys, number, out.getFD(), out);
                return out.getChannel();
            }
            case Linux.O_RDWR -> {
                RandomAccessFile both = new RandomAccessFile(PLACEHOLDER, "rw");
                replace(sys, number, both.getFD(), both);
                return both.getChannel();
            }
            default ->
                throw new FileSystemException(
                        "fd " + number, null, "opened for ioctl(2) alone, neither for reading nor for writing");
        }
    }

    /** Makes the descriptor of an object that is new, and of this thread alone, one of our file. */
    private static void replace(Sys sys, int number, FileDescriptor placeholder, Closeable owner) throws IOException {
        try {
            replace(sys, number, JdkDescriptors.number(placeholder));
        } catch (Throwable e) {
            owner.close();
            throw e;
        }
    }

    private static void replace(Sys sys, int number, int placeholder) throws IOException {
        int result = sys.dup3(number, placeholder, Linux.O_CLOEXEC);
        if (result < 0) {
            throw SysErrors.exception(result, "dup3", "fd " + number);
        }
    }

    private static int flags(Sys sys, int number, String what) throws IOException {
        int flags = sys.fcntl(number, Linux.F_GETFL, 0);
        if (flags < 0) {
            throw SysErrors.exception(flags, "fcntl F_GETFL", what);
        }
        return flags;
    }

    /** An Fd that is closed unless it is released; perhaps none at all. */
    private static final class Owned implements AutoCloseable {
        private @Nullable Fd fd;

        Owned(@Nullable Fd fd) {
            this.fd = fd;
        }

        int number() {
            return held().intValue();
        }

        Fd release() {
            Fd released = held();
            fd = null;
            return released;
        }

        private Fd held() {
            return requireNonNull(fd, "nothing is owned");
        }

        @Override
        public void close() throws IOException {
            if (fd != null) {
                fd.close();
            }
        }
    }
}
