// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.csi;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.fdstorefs.internal.MountInfo;

/** A table of mounts without a kernel. */
final class FakeMounter implements Mounter {
    private final List<MountInfo> table = new ArrayList<>();
    private final List<String> drained = new ArrayList<>();
    private final AtomicLong numbers = new AtomicLong(30);
    private IOException mountFailure;
    private IOException drainFailure;

    /** What mounting fails with from now on. */
    void failToMount(IOException failure) {
        mountFailure = failure;
    }

    void failToDrain(IOException failure) {
        drainFailure = failure;
    }

    /** Somebody else mounts something. */
    synchronized void add(Path place, String type, String source) {
        long number = numbers.getAndIncrement();
        table.add(new MountInfo(number, "0:" + number, place.toString(), type, source, List.of("rw")));
    }

    synchronized List<String> drained() {
        return List.copyOf(drained);
    }

    /** The names of the stores at a place, the lowest first. */
    synchronized List<String> sources(Path place) {
        return table.stream()
                .filter(mount -> mount.mountPoint().equals(place.toString()))
                .map(MountInfo::source)
                .toList();
    }

    @Override
    public synchronized List<MountInfo> mounts() {
        return List.copyOf(table);
    }

    @Override
    public void mount(Path target, VolumeId id, StoreOptions options) throws IOException {
        if (mountFailure != null) {
            throw mountFailure;
        }
        add(target, "fdstorefs", id.source());
    }

    @Override
    public synchronized void drain(String device) throws IOException {
        if (drainFailure != null) {
            throw drainFailure;
        }
        drained.add(device);
    }

    @Override
    public synchronized void unmount(Path target) throws IOException {
        for (int i = table.size() - 1; i >= 0; i--) {
            if (table.get(i).mountPoint().equals(target.toString())) {
                table.remove(i);
                return;
            }
        }
        throw new IOException(target + ": nothing is mounted there");
    }

    @Override
    public Usage usage(Path target) {
        return new Usage(64, 61);
    }
}
