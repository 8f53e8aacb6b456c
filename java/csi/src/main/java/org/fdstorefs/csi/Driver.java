// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.csi;

import static java.util.Objects.requireNonNull;

import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallExecutorSupplier;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.NettyServerBuilder;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import io.netty.util.internal.logging.InternalLoggerFactory;
import io.netty.util.internal.logging.JdkLoggerFactory;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.fdstorefs.csi.messages.RegistrationStatus;

/** The services, on a socket. */
final class Driver implements AutoCloseable {
    /** How long a call for a volume waits for another one: less than a kubelet waits, which is two minutes. */
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    /** How long calls may take that have begun when this ends. */
    private static final Duration LAST_PATIENCE = Duration.ofSeconds(10);
    /** Nobody waits for the first answer, and a busy node may need its time. */
    private static final Duration FIRST_PATIENCE = Duration.ofMinutes(5);
    /** How many calls may mount or unmount at once; those about the driver itself never wait for them. */
    private static final int WORKERS = 8;

    static {
        // Else Netty looks for other libraries for logs, in each jar.
        InternalLoggerFactory.setDefaultFactory(JdkLoggerFactory.INSTANCE);
    }

    private final Log log;
    private final EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final ThreadPoolExecutor workers =
            new ThreadPoolExecutor(WORKERS, WORKERS, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>());
    private final Settings settings;
    private final Leftovers leftovers;
    private final SocketFile socket;
    private final Server server;

    /** Nothing is done before {@link #start}. */
    Driver(Settings settings, Mounter mounter, Log log) {
        this.settings = requireNonNull(settings, "settings is null");
        this.log = requireNonNull(log, "log is null");
        workers.allowCoreThreadTimeOut(true);
        Volumes volumes = new Volumes(mounter, new Locks(PATIENCE), log);
        leftovers = new Leftovers(mounter, volumes, settings.kubelet(), log);
        socket = new SocketFile(settings.socket());
        Node node = new Node(settings.nodeId(), settings.max(), new Places(settings.kubelet()), volumes);
        server = serve(socket.hidden(), List.of(Identity.service(log), Registration.service(log), node.service(log)))
                .build();
    }

    /**
     * Ends the stores of pods that are gone, and serves. The kubelet sees the socket once it answers.
     *
     * @throws IOException if that cannot be; also if it is closed meanwhile
     */
    void start() throws IOException {
        leftovers.end();
        socket.clear();
        try {
            server.start();
        } catch (IllegalStateException e) {
            throw new IOException("told to end", e);
        }
        warmUp(socket.hidden());
        socket.show();
        log.info("serving", "socket", settings.socket(), "node", settings.nodeId(), "version", Plugin.version());
    }

    private NettyServerBuilder serve(Path address, List<ServerServiceDefinition> services) {
        NettyServerBuilder builder = NettyServerBuilder.forAddress(UnixDomainSocketAddress.of(address))
                .channelType(NioServerDomainSocketChannel.class)
                .bossEventLoopGroup(loop)
                .workerEventLoopGroup(loop)
                .executor(Runnable::run)
                .callExecutor(new ForNodes(workers));
        for (ServerServiceDefinition service : services) {
            builder.addService(service);
        }
        return builder;
    }

    /** Calls that change mounts may take their time; the others are answered by the thread that has read them. */
    private static final class ForNodes implements ServerCallExecutorSupplier {
        private final Executor workers;

        ForNodes(Executor workers) {
            this.workers = workers;
        }

        @Override
        public <Q, A> Executor getExecutor(ServerCall<Q, A> call, Metadata metadata) {
            boolean volume = call.getMethodDescriptor().getFullMethodName().endsWith("Volume")
                    || call.getMethodDescriptor().getFullMethodName().endsWith("VolumeStats");
            return volume ? workers : Runnable::run;
        }
    }

    /** What the kubelet calls first has been called before. */
    private static void warmUp(Path socket) throws IOException {
        Call call = new Call(socket, FIRST_PATIENCE);
        byte[] nothing = {};
        byte[] status = RegistrationStatus.newBuilder()
                .setError(Registration.WARMING)
                .build()
                .toByteArray();
        call.call(Registration.SERVICE + "/" + Registration.INFO, nothing);
        call.call(Registration.SERVICE + "/" + Registration.NOTIFY, status);
        call.call(Node.SERVICE + "/NodeGetInfo", nothing);
        call.call(Node.SERVICE + "/NodeGetCapabilities", nothing);
    }

    void await() throws InterruptedException {
        server.awaitTermination();
    }

    /** Finishes the calls that have begun, and ends; at any time, whatever {@link #start} is doing. */
    @Override
    public void close() {
        try {
            socket.end();
        } catch (IOException e) {
            log.warn("socket not removed", "reason", e);
        }
        stop();
        log.info("ended");
    }

    private void stop() {
        server.shutdown();
        try {
            if (!server.awaitTermination(LAST_PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                server.shutdownNow();
            }
        } catch (InterruptedException e) {
            server.shutdownNow();
            Thread.currentThread().interrupt();
        }
        workers.shutdown();
        loop.shutdownGracefully(0, LAST_PATIENCE.toSeconds(), TimeUnit.SECONDS).syncUninterruptibly();
    }
}
