// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.recipes;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.UnixChannel;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.file.Path;
import java.util.Optional;
import org.fdstorefs.Fd;
import org.fdstorefs.FdStore;

/**
 * An echo server with Netty, whose listener outlives it: {@code NettyServer STORE PORT}, or the path
 * of a socket. While no server runs, the kernel queues connections, and the next one accepts them.
 */
public final class NettyServer {
    private static final String NAME = "listener";

    private NettyServer() {}

    public static void main(String[] args) throws Exception {
        // Loads the native library, which the channel made of a number below does not do by itself.
        Epoll.ensureAvailability();
        SocketAddress address = address(args[1]);
        EventLoopGroup group = new MultiThreadIoEventLoopGroup(EpollIoHandler.newFactory());
        try (FdStore store = FdStore.open(Path.of(args[0]))) {
            ServerBootstrap bootstrap = new ServerBootstrap().group(group).childHandler(new Echo());
            Optional<Fd> found = store.find(NAME);
            Channel listener;
            if (found.isPresent()) {
                // Netty closes the number, so it is given away. register(), not bind(): it is bound.
                int number = found.get().detach();
                bootstrap.channelFactory(() -> adopted(number, address));
                listener = bootstrap.register().sync().channel();
            } else {
                bootstrap.channel(
                        address instanceof DomainSocketAddress
                                ? EpollServerDomainSocketChannel.class
                                : EpollServerSocketChannel.class);
                listener = bootstrap.bind(address).sync().channel();
                try (Fd fd = Fd.duplicate(((UnixChannel) listener).fd().intValue())) {
                    store.put(NAME, fd);
                }
            }
            System.out.println("ready");
            listener.closeFuture().sync();
        } finally {
            group.shutdownGracefully();
        }
    }

    private static SocketAddress address(String place) {
        return place.matches("[0-9]+")
                ? new InetSocketAddress(Integer.parseInt(place))
                : new DomainSocketAddress(place);
    }

    /** That of a domain socket must be told that the socket listens, or it never accepts. */
    private static ServerChannel adopted(int number, SocketAddress address) {
        return address instanceof DomainSocketAddress
                ? new EpollServerDomainSocketChannel(number, true)
                : new EpollServerSocketChannel(number);
    }

    @Sharable
    private static final class Echo extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            context.writeAndFlush(message);
        }
    }
}
