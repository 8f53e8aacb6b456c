// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.internal;

import static java.lang.invoke.MethodType.methodType;

import java.io.FileDescriptor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.net.SocketAddress;
import java.nio.channels.Channel;
import java.nio.channels.DatagramChannel;
import java.nio.channels.FileChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.SelectorProvider;
import java.util.Optional;

/**
 * Descriptor numbers in the objects of the JDK, which its API does not show. The members used here
 * are the same in JDK 17 to 25.
 *
 * <p>Methods throw {@link UnsupportedOperationException} if this JVM lacks what they need.
 */
public final class JdkDescriptors {
    private static final Internal GET = Internal.find(
            "java.io.FileDescriptor.fd", trusted -> trusted.findGetter(FileDescriptor.class, "fd", int.class));
    private static final Internal SET = Internal.find(
            "java.io.FileDescriptor.fd", trusted -> trusted.findSetter(FileDescriptor.class, "fd", int.class));
    private static final Internal OF_FILE_CHANNEL = Internal.find(
            "sun.nio.ch.FileChannelImpl.fd",
            trusted -> trusted.findGetter(Class.forName("sun.nio.ch.FileChannelImpl"), "fd", FileDescriptor.class));
    private static final Internal OF_SELECTABLE_CHANNEL = Internal.find(
            "sun.nio.ch.SelChImpl.getFDVal",
            trusted -> trusted.findVirtual(Class.forName("sun.nio.ch.SelChImpl"), "getFDVal", methodType(int.class)));
    private static final Internal NEW_SERVER_SOCKET_CHANNEL = Internal.find(
            "sun.nio.ch.ServerSocketChannelImpl(FileDescriptor)",
            trusted -> trusted.findConstructor(
                    Class.forName("sun.nio.ch.ServerSocketChannelImpl"),
                    methodType(
                            void.class,
                            SelectorProvider.class,
                            ProtocolFamily.class,
                            FileDescriptor.class,
                            boolean.class)));
    private static final Internal NEW_SOCKET_CHANNEL = Internal.find(
            "sun.nio.ch.SocketChannelImpl(FileDescriptor)",
            trusted -> trusted.findConstructor(
                    Class.forName("sun.nio.ch.SocketChannelImpl"),
                    methodType(
                            void.class,
                            SelectorProvider.class,
                            ProtocolFamily.class,
                            FileDescriptor.class,
                            SocketAddress.class)));

    private static final Internal LOCAL_ADDRESS = datagram("localAddress", InetSocketAddress.class);
    private static final Internal REMOTE_ADDRESS = datagram("remoteAddress", InetSocketAddress.class);
    private static final Internal STATE = datagram("state", int.class);
    private static final int CONNECTED = 1;

    private JdkDescriptors() {}

    private static Internal datagram(String field, Class<?> type) {
        return Internal.find(
                "sun.nio.ch.DatagramChannelImpl." + field,
                trusted -> trusted.findSetter(Class.forName("sun.nio.ch.DatagramChannelImpl"), field, type));
    }

    /** The number, -1 if it is closed. */
    public static int number(FileDescriptor descriptor) throws IOException {
        return (int) GET.invoke(descriptor);
    }

    /** An object with that number, which owns it as far as it is ever closed. */
    public static FileDescriptor descriptor(int number) throws IOException {
        FileDescriptor descriptor = new FileDescriptor();
        SET.invoke(descriptor, number);
        return descriptor;
    }

    /**
     * The number of a channel, which may be closed.
     *
     * @throws IllegalArgumentException if it is no channel of the JDK that has one
     */
    public static int number(Channel channel) throws IOException {
        if (channel instanceof FileChannel && OF_FILE_CHANNEL.owner().isInstance(channel)) {
            return number((FileDescriptor) OF_FILE_CHANNEL.invoke(channel));
        } else if (OF_SELECTABLE_CHANNEL.owner().isInstance(channel)) {
            return (int) OF_SELECTABLE_CHANNEL.invoke(channel);
        }
        throw new IllegalArgumentException(
                "no channel of the JDK with a descriptor: " + channel.getClass().getName());
    }

    /** A channel that owns that number, of a socket that is bound and listens. */
    public static ServerSocketChannel serverSocketChannel(ProtocolFamily family, int number) throws IOException {
        return (ServerSocketChannel)
                NEW_SERVER_SOCKET_CHANNEL.invoke(SelectorProvider.provider(), family, descriptor(number), true);
    }

    /** A channel that owns that number, of a socket that is connected to that address. */
    public static SocketChannel socketChannel(ProtocolFamily family, int number, SocketAddress remote)
            throws IOException {
        return (SocketChannel)
                NEW_SOCKET_CHANNEL.invoke(SelectorProvider.provider(), family, descriptor(number), remote);
    }

    /** Gives a new channel, whose socket was replaced, the addresses to which that is bound and connected. */
    public static void setAddresses(
            DatagramChannel channel, Optional<InetSocketAddress> local, Optional<InetSocketAddress> remote)
            throws IOException {
        if (local.isPresent()) {
            LOCAL_ADDRESS.invoke(channel, local.get());
        }
        if (remote.isPresent()) {
            REMOTE_ADDRESS.invoke(channel, remote.get());
            STATE.invoke(channel, CONNECTED);
        }
    }
}
