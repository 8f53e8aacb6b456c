// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.csi;

import static java.util.Objects.requireNonNull;

import io.grpc.ServerServiceDefinition;
import io.grpc.StatusException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.fdstorefs.csi.messages.NodeGetCapabilitiesRequest;
import org.fdstorefs.csi.messages.NodeGetCapabilitiesResponse;
import org.fdstorefs.csi.messages.NodeGetInfoRequest;
import org.fdstorefs.csi.messages.NodeGetInfoResponse;
import org.fdstorefs.csi.messages.NodeGetVolumeStatsRequest;
import org.fdstorefs.csi.messages.NodeGetVolumeStatsResponse;
import org.fdstorefs.csi.messages.NodePublishVolumeRequest;
import org.fdstorefs.csi.messages.NodePublishVolumeResponse;
import org.fdstorefs.csi.messages.NodeServiceCapability;
import org.fdstorefs.csi.messages.NodeServiceCapability.RPC;
import org.fdstorefs.csi.messages.NodeUnpublishVolumeRequest;
import org.fdstorefs.csi.messages.NodeUnpublishVolumeResponse;
import org.fdstorefs.csi.messages.VolumeUsage;

/** The service csi.v1.Node: checks what is asked, and has {@link Volumes} do it. */
final class Node {
    static final String SERVICE = "csi.v1.Node";

    private static final String TARGET = "target_path";

    private final String nodeId;
    private final long maxBound;
    private final Places places;
    private final Volumes volumes;

    /** {@code maxBound}: the most entries that a pod's store may have. */
    Node(String nodeId, long maxBound, Places places, Volumes volumes) {
        this.nodeId = requireNonNull(nodeId, "nodeId is null");
        this.maxBound = maxBound;
        this.places = requireNonNull(places, "places is null");
        this.volumes = requireNonNull(volumes, "volumes is null");
    }

    ServerServiceDefinition service(Log log) {
        NodeGetInfoResponse info =
                NodeGetInfoResponse.newBuilder().setNodeId(nodeId).build();
        NodeGetCapabilitiesResponse capabilities = NodeGetCapabilitiesResponse.newBuilder()
                .addCapabilities(capability(RPC.Type.GET_VOLUME_STATS))
                .addCapabilities(capability(RPC.Type.SINGLE_NODE_MULTI_WRITER))
                .addCapabilities(capability(RPC.Type.VOLUME_MOUNT_GROUP))
                .build();
        return new Unary(SERVICE, log)
                .method("NodeGetInfo", NodeGetInfoRequest.getDefaultInstance(), info, request -> info)
                .method(
                        "NodeGetCapabilities",
                        NodeGetCapabilitiesRequest.getDefaultInstance(),
                        capabilities,
                        request -> capabilities)
                .method(
                        "NodePublishVolume",
                        NodePublishVolumeRequest.getDefaultInstance(),
                        NodePublishVolumeResponse.getDefaultInstance(),
                        this::publish)
                .method(
                        "NodeUnpublishVolume",
                        NodeUnpublishVolumeRequest.getDefaultInstance(),
                        NodeUnpublishVolumeResponse.getDefaultInstance(),
                        this::unpublish)
                .method(
                        "NodeGetVolumeStats",
                        NodeGetVolumeStatsRequest.getDefaultInstance(),
                        NodeGetVolumeStatsResponse.getDefaultInstance(),
                        this::stats)
                .service();
    }

    private static NodeServiceCapability capability(RPC.Type type) {
        return NodeServiceCapability.newBuilder()
                .setRpc(RPC.newBuilder().setType(type))
                .build();
    }

    private NodePublishVolumeResponse publish(NodePublishVolumeRequest request) throws StatusException, IOException {
        VolumeId id = VolumeId.of(request.getVolumeId());
        Optional<Path> target = places.of(TARGET, request.getTargetPath());
        if (!request.hasVolumeCapability()) {
            throw Refusal.invalid("volume_capability is missing");
        }
        StoreOptions options = StoreOptions.of(
                request.getVolumeCapability(),
                request.getReadonly(),
                new Attributes(request.getVolumeContextMap()),
                maxBound);
        if (target.isEmpty()) {
            throw Refusal.precondition(TARGET + ": the directory around it does not exist: " + request.getTargetPath());
        }
        volumes.publish(id, target.get(), options, Pod.of(request.getVolumeContextMap()));
        return NodePublishVolumeResponse.getDefaultInstance();
    }

    private NodeUnpublishVolumeResponse unpublish(NodeUnpublishVolumeRequest request)
            throws StatusException, IOException {
        VolumeId id = VolumeId.of(request.getVolumeId());
        Optional<Path> target = places.of(TARGET, request.getTargetPath());
        if (target.isPresent()) {
            volumes.unpublish(id, target.get());
        }
        return NodeUnpublishVolumeResponse.getDefaultInstance();
    }

    private NodeGetVolumeStatsResponse stats(NodeGetVolumeStatsRequest request) throws StatusException, IOException {
        VolumeId id = VolumeId.of(request.getVolumeId());
        if (request.getVolumePath().isEmpty()) {
            throw Refusal.invalid("volume_path is missing");
        }
        // A path that no volume could have is one without a volume.
        Optional<Path> path = request.getVolumePath().startsWith("/")
                ? places.of("volume_path", request.getVolumePath())
                : Optional.empty();
        Optional<Usage> usage = path.isPresent() ? volumes.usage(id, path.get()) : Optional.empty();
        if (usage.isEmpty()) {
            throw Refusal.notFound("volume " + id + " is not published at " + request.getVolumePath());
        }
        return NodeGetVolumeStatsResponse.newBuilder()
                .addUsage(VolumeUsage.newBuilder()
                        .setUnit(VolumeUsage.Unit.INODES)
                        .setTotal(usage.get().total())
                        .setUsed(usage.get().used())
                        .setAvailable(usage.get().free()))
                .build();
    }
}
