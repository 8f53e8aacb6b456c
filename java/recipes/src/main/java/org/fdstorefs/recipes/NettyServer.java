// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.recipes;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import java.nio.file.Path;
import java.util.Optional;
import org.fdstorefs.Fd;
import org.fdstorefs.FdStore;

/**
 * An echo server with Netty, whose listener outlives it: {@code NettyServer STORE PORT}. While no
 * server runs, the kernel queues connections, and the next one accepts them.
 */
public final class NettyServer {
    private static final String NAME = "listener";

    private NettyServer() {}

    public static void main(String[] args) throws Exception {
        // Loads the native library, which the channel made of a number below does not do by itself.
        Epoll.ensureAvailability();
        EventLoopGroup group = new MultiThreadIoEventLoopGroup(EpollIoHandler.newFactory());
        try (FdStore store = FdStore.open(Path.of(args[0]))) {
            ServerBootstrap bootstrap = new ServerBootstrap().group(group).childHandler(new Echo());
            Optional<Fd> found = store.find(NAME);
            Channel listener;
            if (found.isPresent()) {
                // Netty closes the number, so it is given away. register(), not bind(): it is bound.
                int number = found.get().detach();
                bootstrap.channelFactory(() -> new EpollServerSocketChannel(number));
                listener = bootstrap.register().sync().channel();
            } else {
                bootstrap.channel(EpollServerSocketChannel.class);
                listener = bootstrap.bind(Integer.parseInt(args[1])).sync().channel();
                try (Fd fd =
                        Fd.duplicate(((EpollServerSocketChannel) listener).fd().intValue())) {
                    store.put(NAME, fd);
                }
            }
            System.out.println("ready");
            listener.closeFuture().sync();
        } finally {
            group.shutdownGracefully();
        }
    }

    @Sharable
    private static final class Echo extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            context.writeAndFlush(message);
        }
    }
}
