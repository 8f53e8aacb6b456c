// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.csi;

import static java.util.Objects.requireNonNull;

import io.grpc.StatusException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.fdstorefs.MountOption;
import org.fdstorefs.csi.messages.VolumeCapability;
import org.fdstorefs.csi.messages.VolumeCapability.AccessMode.Mode;
import org.fdstorefs.csi.messages.VolumeCapability.MountVolume;

/**
 * How a store is to be mounted.
 *
 * @param mode the permissions of its root directory
 * @param label the SELinux label of all that is in it
 */
record StoreOptions(
        int mode,
        Optional<Integer> uid,
        Optional<Integer> gid,
        long max,
        Optional<Long> maxUser,
        boolean readOnly,
        Optional<String> label) {
    /** As an emptyDir has it: containers that do not run as root make entries, too. */
    private static final int FOR_EVERYBODY = 01777;

    /** For a group alone, which what is made in it belongs to, too. */
    private static final int FOR_A_GROUP = 02770;

    private static final String CONTEXT = "context=";
    private static final String FILE_SYSTEM = "fdstorefs";

    StoreOptions {
        requireNonNull(uid, "uid is null");
        requireNonNull(gid, "gid is null");
        requireNonNull(maxUser, "maxUser is null");
        requireNonNull(label, "label is null");
    }

    /**
     * What a pod asks for. What it says itself goes before its fsGroup.
     *
     * @param maxBound the most that it may have of {@code max}
     * @throws StatusException if no store can be that
     */
    static StoreOptions of(VolumeCapability wanted, boolean readOnly, Attributes attributes, long maxBound)
            throws StatusException {
        check(wanted);
        MountVolume mount = wanted.getMount();
        Optional<Integer> group = group(mount.getVolumeMountGroup());
        return new StoreOptions(
                attributes.mode().orElse(group.isPresent() ? FOR_A_GROUP : FOR_EVERYBODY),
                attributes.uid(),
                attributes.gid().or(() -> group),
                attributes.max(maxBound),
                attributes.maxUser(),
                readOnly,
                label(mount.getMountFlagsList()));
    }

    private static void check(VolumeCapability wanted) throws StatusException {
        if (!wanted.hasMount()) {
            throw Refusal.invalid(
                    wanted.hasBlock()
                            ? "volume_capability: a store is a file system, no block device"
                            : "volume_capability has no access_type");
        }
        String type = wanted.getMount().getFsType();
        if (!type.isEmpty() && !type.equals(FILE_SYSTEM)) {
            throw Refusal.invalid("fsType " + type + ": leave it out");
        }
        Mode mode = wanted.getAccessMode().getMode();
        switch (mode) {
            case SINGLE_NODE_WRITER, SINGLE_NODE_READER_ONLY, SINGLE_NODE_SINGLE_WRITER, SINGLE_NODE_MULTI_WRITER -> {
                // that is what it is
            }
            default -> throw Refusal.invalid("access_mode " + mode + ": a store is within one node");
        }
    }

    private static Optional<Integer> group(String group) throws StatusException {
        if (group.isEmpty()) {
            return Optional.empty();
        }
        if (!group.matches("[0-9]{1,10}") || Long.parseLong(group) >= 0xFFFF_FFFFL) {
            throw Refusal.invalid("volume_mount_group (the pod's fsGroup): not a group's number: " + group);
        }
        return Optional.of(Integer.parseUnsignedInt(group));
    }

    /** The kubelet gives the label of a pod's containers as a mount option, perhaps in quotes. */
    private static Optional<String> label(List<String> flags) throws StatusException {
        Optional<String> label = Optional.empty();
        for (String flag : flags) {
            if (!flag.startsWith(CONTEXT)) {
                throw Refusal.invalid(
                        "mount option " + flag + ": only " + CONTEXT + " is known; the rest is attributes");
            }
            String text = flag.substring(CONTEXT.length());
            boolean quoted = text.length() >= 2 && text.startsWith("\"") && text.endsWith("\"");
            text = quoted ? text.substring(1, text.length() - 1) : text;
            if (!text.matches("[!-~&&[^\"\\\\]]+")) {
                throw Refusal.invalid("mount option " + flag + ": not a label");
            }
            label = Optional.of(text);
        }
        return label;
    }

    /** As the library takes them. */
    MountOption[] mountOptions(String source) {
        List<MountOption> options = new ArrayList<>();
        options.add(MountOption.source(source));
        options.add(MountOption.mode(mode));
        uid.ifPresent(id -> options.add(MountOption.uid(id)));
        gid.ifPresent(id -> options.add(MountOption.gid(id)));
        options.add(MountOption.max(max));
        maxUser.ifPresent(count -> options.add(MountOption.maxUser(count)));
        // The init of our pid namespace is that of this container: a store is not to end with it.
        options.add(MountOption.noAnchor());
        label.ifPresent(text -> options.add(MountOption.context(text)));
        if (readOnly) {
            options.add(MountOption.readOnly());
        }
        return options.toArray(MountOption[]::new);
    }
}
