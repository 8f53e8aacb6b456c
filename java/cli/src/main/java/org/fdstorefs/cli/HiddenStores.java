// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.cli;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.fdstorefs.internal.MountInfo;

/** Stores that are mounted, but that no path leads to, since something was mounted over each of their places. */
final class HiddenStores {
    private static final long NOWHERE = -1;

    private final List<MountInfo> mounts;
    private final Look look;

    /** What is seen at a path. */
    interface Look {
        /** The number of the mount. */
        long mountAt(String path) throws FileSystemException;
    }

    HiddenStores(List<MountInfo> mounts, Look look) {
        this.mounts = mounts;
        this.look = look;
    }

    /** As this process sees its mounts. */
    static HiddenStores ofThisProcess() throws IOException {
        return new HiddenStores(
                MountInfo.read(Path.of("/proc/self/mountinfo")),
                path -> Statx.of(path).mountId());
    }

    /** One finding for each store that is hidden. */
    List<Finding> findings() {
        List<MountInfo> hidden = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        List<Long> over = new ArrayList<>();
        for (MountInfo mount : mounts) {
            if (mount.isStore()) {
                OptionalLong there = mountAt(mount.mountPoint());
                if (there.isEmpty() || there.getAsLong() == mount.id()) {
                    seen.add(mount.device()); // or out of our reach, which is not to say that it is hidden
                } else {
                    hidden.add(mount);
                    over.add(there.getAsLong());
                }
            }
        }
        List<Finding> findings = new ArrayList<>();
        for (int i = 0; i < hidden.size(); i++) {
            if (seen.add(hidden.get(i).device())) {
                findings.add(finding(hidden.get(i), over.get(i)));
            }
        }
        return findings;
    }

    private OptionalLong mountAt(String path) {
        try {
            return OptionalLong.of(look.mountAt(path));
        } catch (NoSuchFileException | NotDirectoryException e) {
            return OptionalLong.of(NOWHERE);
        } catch (FileSystemException e) {
            return OptionalLong.empty();
        }
    }

    private Finding finding(MountInfo store, long over) {
        Optional<MountInfo> upper =
                mounts.stream().filter(mount -> mount.id() == over).findFirst();
        String detail = "store %s at %s is hidden: %s was mounted over it"
                .formatted(
                        store.device(),
                        store.mountPoint(),
                        upper.map(mount -> mount.isStore() ? "another store" : "a " + mount.type())
                                .orElse("something"));
        String place = upper.map(MountInfo::mountPoint).orElse("what hides it");
        return Finding.bad(
                "hidden",
                detail,
                "as root: umount %s, which gives up the upper one with all it holds; scripts that may run twice use"
                                .formatted(place)
                        + " fdstore mount --if-absent");
    }
}
