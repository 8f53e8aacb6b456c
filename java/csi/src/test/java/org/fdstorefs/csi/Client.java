// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.csi;

import com.google.protobuf.Message;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.stub.ClientCalls;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.fdstorefs.csi.messages.GetPluginInfoRequest;
import org.fdstorefs.csi.messages.GetPluginInfoResponse;
import org.fdstorefs.csi.messages.InfoRequest;
import org.fdstorefs.csi.messages.NodeGetCapabilitiesRequest;
import org.fdstorefs.csi.messages.NodeGetCapabilitiesResponse;
import org.fdstorefs.csi.messages.NodeGetInfoRequest;
import org.fdstorefs.csi.messages.NodeGetInfoResponse;
import org.fdstorefs.csi.messages.NodeGetVolumeStatsRequest;
import org.fdstorefs.csi.messages.NodeGetVolumeStatsResponse;
import org.fdstorefs.csi.messages.NodePublishVolumeRequest;
import org.fdstorefs.csi.messages.NodePublishVolumeResponse;
import org.fdstorefs.csi.messages.NodeUnpublishVolumeRequest;
import org.fdstorefs.csi.messages.NodeUnpublishVolumeResponse;
import org.fdstorefs.csi.messages.PluginInfo;
import org.fdstorefs.csi.messages.ProbeRequest;
import org.fdstorefs.csi.messages.ProbeResponse;
import org.fdstorefs.csi.messages.RegistrationStatus;
import org.fdstorefs.csi.messages.RegistrationStatusResponse;

/** What a kubelet does with a driver's socket. */
final class Client implements AutoCloseable {
    private final EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final ManagedChannel channel;

    Client(Path socket) {
        this.channel = NettyChannelBuilder.forAddress(UnixDomainSocketAddress.of(socket))
                .channelType(NioDomainSocketChannel.class)
                .eventLoopGroup(loop)
                .usePlaintext()
                .build();
    }

    private <Q extends Message, A extends Message> A call(String method, Q request, A example) {
        MethodDescriptor<Q, A> descriptor = MethodDescriptor.<Q, A>newBuilder()
                .setType(MethodType.UNARY)
                .setFullMethodName(method)
                .setRequestMarshaller(ProtoUtils.marshaller(request))
                .setResponseMarshaller(ProtoUtils.marshaller(example))
                .build();
        return ClientCalls.blockingUnaryCall(channel, descriptor, CallOptions.DEFAULT, request);
    }

    PluginInfo info() {
        return call(
                "pluginregistration.Registration/GetInfo",
                InfoRequest.getDefaultInstance(),
                PluginInfo.getDefaultInstance());
    }

    void notify(RegistrationStatus status) {
        call(
                "pluginregistration.Registration/NotifyRegistrationStatus",
                status,
                RegistrationStatusResponse.getDefaultInstance());
    }

    GetPluginInfoResponse pluginInfo() {
        return call(
                "csi.v1.Identity/GetPluginInfo",
                GetPluginInfoRequest.getDefaultInstance(),
                GetPluginInfoResponse.getDefaultInstance());
    }

    ProbeResponse probe() {
        return call("csi.v1.Identity/Probe", ProbeRequest.getDefaultInstance(), ProbeResponse.getDefaultInstance());
    }

    NodeGetInfoResponse nodeInfo() {
        return call(
                "csi.v1.Node/NodeGetInfo",
                NodeGetInfoRequest.getDefaultInstance(),
                NodeGetInfoResponse.getDefaultInstance());
    }

    NodeGetCapabilitiesResponse capabilities() {
        return call(
                "csi.v1.Node/NodeGetCapabilities",
                NodeGetCapabilitiesRequest.getDefaultInstance(),
                NodeGetCapabilitiesResponse.getDefaultInstance());
    }

    void publish(NodePublishVolumeRequest request) {
        call("csi.v1.Node/NodePublishVolume", request, NodePublishVolumeResponse.getDefaultInstance());
    }

    void unpublish(NodeUnpublishVolumeRequest request) {
        call("csi.v1.Node/NodeUnpublishVolume", request, NodeUnpublishVolumeResponse.getDefaultInstance());
    }

    NodeGetVolumeStatsResponse stats(NodeGetVolumeStatsRequest request) {
        return call("csi.v1.Node/NodeGetVolumeStats", request, NodeGetVolumeStatsResponse.getDefaultInstance());
    }

    /** A method that the driver does not have. */
    void stage() {
        call(
                "csi.v1.Node/NodeStageVolume",
                NodePublishVolumeRequest.getDefaultInstance(),
                NodePublishVolumeResponse.getDefaultInstance());
    }

    @Override
    public void close() {
        channel.shutdownNow();
        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }
}
