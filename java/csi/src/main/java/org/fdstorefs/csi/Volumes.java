// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.csi;

import static java.util.Objects.requireNonNull;

import io.grpc.StatusException;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.fdstorefs.Errno;
import org.fdstorefs.internal.ByteStrings;
import org.fdstorefs.internal.MountInfo;

/** The stores of pods. What there is, the table of mounts says: nothing is remembered that a crash could lose. */
final class Volumes {
    private final Mounter mounter;
    private final Locks locks;
    private final Log log;

    Volumes(Mounter mounter, Locks locks, Log log) {
        this.mounter = requireNonNull(mounter, "mounter is null");
        this.locks = requireNonNull(locks, "locks is null");
        this.log = requireNonNull(log, "log is null");
    }

    /** Mounts the store of a volume, unless that has been done. */
    void publish(VolumeId id, Path target, StoreOptions options, Pod pod) throws StatusException, IOException {
        Locks.Held held = hold(id, target);
        try (held) {
            List<MountInfo> mounts = mounter.mounts();
            Optional<MountInfo> there = at(mounts, target);
            if (there.isPresent()) {
                if (!isOf(there.get(), id)) {
                    throw Refusal.exists(target + " has " + describe(there.get()) + " mounted already");
                }
                log.info(
                        "store is there already",
                        "volume",
                        id,
                        "pod",
                        pod,
                        "device",
                        there.get().device());
                return;
            }
            Optional<MountInfo> elsewhere =
                    mounts.stream().filter(mount -> isOf(mount, id)).findFirst();
            if (elsewhere.isPresent()) {
                throw Refusal.precondition("volume " + id + " is published at "
                        + elsewhere.get().mountPoint() + ": a store is at one place");
            }
            boolean made = makeDirectory(target);
            try {
                mounter.mount(target, id, options);
            } catch (IOException e) {
                if (made) {
                    Files.deleteIfExists(target);
                }
                throw explained(e);
            }
            log.info("store mounted", "volume", id, "pod", pod, "max", options.max(), "target", target);
        }
    }

    /** Ends the store of a volume, whatever it holds and whoever uses it, and removes the directory. */
    void unpublish(VolumeId id, Path target) throws StatusException, IOException {
        Locks.Held held = hold(id, target);
        try (held) {
            Optional<MountInfo> before = Optional.empty();
            Optional<MountInfo> there = at(mounter.mounts(), target);
            while (there.isPresent()) {
                MountInfo store = there.get();
                if (!isOf(store, id)) {
                    throw Refusal.precondition(target + " has " + describe(store) + " mounted, not volume " + id
                            + ": whoever mounted that has to unmount it");
                }
                if (before.isPresent() && before.get().id() == store.id()) {
                    throw new IOException(target + " is still mounted");
                }
                end(store, target, id);
                before = there;
                there = at(mounter.mounts(), target);
            }
            removeDirectory(target);
        }
    }

    /** The use that is made of a volume's store; empty if that is not there. */
    Optional<Usage> usage(VolumeId id, Path target) throws IOException {
        Optional<MountInfo> there = at(mounter.mounts(), target);
        return there.isPresent() && isOf(there.get(), id) ? Optional.of(mounter.usage(target)) : Optional.empty();
    }

    private Locks.Held hold(VolumeId id, Path target) throws StatusException {
        return locks.hold(Set.of("volume " + id, target.toString()));
    }

    private void end(MountInfo store, Path target, VolumeId id) throws IOException {
        try {
            mounter.drain(store.device());
        } catch (IOException e) {
            // The end of the mount will do, but for what keeps the store alive from within.
            log.warn("store not drained", "volume", id, "device", store.device(), "reason", e);
        }
        mounter.unmount(target);
        log.info("store ended", "volume", id, "device", store.device(), "target", target);
    }

    private static boolean makeDirectory(Path target) throws StatusException, IOException {
        try {
            Files.createDirectory(target);
            return true;
        } catch (FileAlreadyExistsException e) {
            if (!Files.isDirectory(target, LinkOption.NOFOLLOW_LINKS)) {
                throw Refusal.precondition(target + " is there already, and no directory", e);
            }
            return false;
        }
    }

    private static void removeDirectory(Path target) throws StatusException, IOException {
        try {
            Files.deleteIfExists(target);
        } catch (DirectoryNotEmptyException e) {
            throw Refusal.precondition(target + ": files were put there while no store was mounted; remove them", e);
        }
    }

    private static IOException explained(IOException e) throws StatusException {
        if (Errno.of(e).filter(Errno.ENODEV::equals).isPresent()) {
            throw Refusal.precondition("the module fdstorefs is not loaded on this node: install it there"
                    + " (fdstorefs-dkms), and modprobe fdstorefs");
        }
        return e;
    }

    private static boolean isOf(MountInfo mount, VolumeId id) {
        return mount.isStore() && mount.source().equals(id.source());
    }

    private static Optional<MountInfo> at(List<MountInfo> mounts, Path target) {
        String place = ByteStrings.decode(ByteStrings.ofPath(target));
        return mounts.stream().filter(mount -> mount.mountPoint().equals(place)).reduce((lower, upper) -> upper);
    }

    private static String describe(MountInfo mount) {
        return mount.isStore()
                ? "the store " + mount.source()
                : "a file system of type " + mount.type() + " (" + mount.source() + ")";
    }
}
