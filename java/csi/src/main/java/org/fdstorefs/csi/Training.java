// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.csi;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.fdstorefs.csi.messages.NodeGetVolumeStatsRequest;
import org.fdstorefs.csi.messages.NodePublishVolumeRequest;
import org.fdstorefs.csi.messages.NodeUnpublishVolumeRequest;
import org.fdstorefs.csi.messages.VolumeCapability;
import org.fdstorefs.csi.messages.VolumeCapability.AccessMode;
import org.fdstorefs.csi.messages.VolumeCapability.MountVolume;

/**
 * Runs what a driver runs, so that the JVM which is told to list classes loads what that takes. Whether a store can
 * be mounted here does not matter.
 */
public final class Training {
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final String ID = "training";

    private Training() {}

    public static void main(String[] args) throws IOException {
        Path directory = Files.createTempDirectory("fdstorefs-csi").toRealPath();
        Settings settings =
                Settings.of(List.of("--kubelet-dir=" + directory, "--socket=" + directory.resolve("socket")), ID);
        Log log = new Log(
                new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8), Clock.systemUTC());
        Main.start(settings, log);
        Call call = new Call(settings.socket(), PATIENCE);
        tryTo(call, "NodePublishVolume", publication(directory).toByteArray());
        tryTo(call, "NodeGetVolumeStats", stats(directory).toByteArray());
        call.call(Node.SERVICE + "/NodeUnpublishVolume", end(directory).toByteArray());
        // When that is answered, the connections of the calls before have ended.
        call.call(Identity.SERVICE + "/Probe", new byte[0]);
        Files.delete(settings.socket());
        Files.delete(directory);
        // What it takes to end depends on which thread is faster, and nobody waits for it.
        Runtime.getRuntime().halt(0);
    }

    private static void tryTo(Call call, String method, byte[] request) {
        try {
            call.call(Node.SERVICE + "/" + method, request);
        } catch (IOException e) {
            // without the module, say
        }
    }

    private static NodePublishVolumeRequest publication(Path directory) {
        return NodePublishVolumeRequest.newBuilder()
                .setVolumeId(ID)
                .setTargetPath(directory.resolve(ID).toString())
                .setVolumeCapability(VolumeCapability.newBuilder()
                        .setMount(MountVolume.newBuilder().setVolumeMountGroup("0"))
                        .setAccessMode(AccessMode.newBuilder().setMode(AccessMode.Mode.SINGLE_NODE_WRITER)))
                .putVolumeContext("max", "1")
                .build();
    }

    private static NodeGetVolumeStatsRequest stats(Path directory) {
        return NodeGetVolumeStatsRequest.newBuilder()
                .setVolumeId(ID)
                .setVolumePath(directory.resolve(ID).toString())
                .build();
    }

    private static NodeUnpublishVolumeRequest end(Path directory) {
        return NodeUnpublishVolumeRequest.newBuilder()
                .setVolumeId(ID)
                .setTargetPath(directory.resolve(ID).toString())
                .build();
    }
}
