// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.csi;

import static java.util.Objects.requireNonNull;

import io.grpc.StatusException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.fdstorefs.internal.MountInfo;

/**
 * Stores of pods that are gone. The kubelet writes a file beside the directory of a volume before it has the volume
 * published, and removes it when that has been unpublished: where it is missing nobody will ever unpublish.
 */
final class Leftovers {
    private static final Pattern PLACE = Pattern.compile("/pods/[^/]+/volumes/kubernetes\\.io~csi/[^/]+/mount");
    private static final String NOTES = "vol_data.json";
    private static final Pattern HANDLE = Pattern.compile("\"volumeHandle\"\\s*:\\s*\"([^\"\\\\]*)\"");

    private final Mounter mounter;
    private final Volumes volumes;
    private final Path kubelet;
    private final Log log;

    Leftovers(Mounter mounter, Volumes volumes, Path kubelet, Log log) {
        this.mounter = requireNonNull(mounter, "mounter is null");
        this.volumes = requireNonNull(volumes, "volumes is null");
        this.kubelet = requireNonNull(kubelet, "kubelet is null");
        this.log = requireNonNull(log, "log is null");
    }

    /** Ends them. Before the kubelet knows of this driver, so that none is about to be made. */
    void end() throws IOException {
        String root = kubelet.toRealPath().toString();
        for (MountInfo mount : mounter.mounts()) {
            String place = mount.mountPoint();
            Optional<VolumeId> id = mount.isStore() ? VolumeId.ofSource(mount.source()) : Optional.empty();
            if (id.isPresent()
                    && place.startsWith(root)
                    && PLACE.matcher(place.substring(root.length())).matches()) {
                look(id.get(), place);
            }
        }
    }

    private void look(VolumeId id, String place) {
        try {
            Path target = Path.of(place);
            Optional<String> expected = expected(target.resolveSibling(NOTES));
            if (expected.isEmpty()) {
                log.warn("store of a pod that is gone", "volume", id, "target", place);
                volumes.unpublish(id, target);
            } else if (!expected.get().equals(id.text())) {
                log.warn("store of another volume than the kubelet's", "volume", id, "kubelet", expected.get());
            }
        } catch (IOException | StatusException | InvalidPathException e) {
            log.warn("store not looked at", "volume", id, "target", place, "reason", e);
        }
    }

    /** The volume that the kubelet will unpublish there one day; empty if none. */
    private static Optional<String> expected(Path notes) throws IOException {
        try {
            Matcher handle = HANDLE.matcher(Files.readString(notes));
            return Optional.of(handle.find() ? handle.group(1) : "");
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }
}
