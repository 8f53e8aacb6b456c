// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.fuse.workers;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.fdstorefs.Errno;
import org.fdstorefs.Fd;
import org.fdstorefs.OpenFlag;
import org.fdstorefs.internal.ByteStrings;
import org.fdstorefs.internal.Linux;
import org.fdstorefs.internal.MountSys;
import org.fdstorefs.internal.SysErrors;
import org.jspecify.annotations.Nullable;

/**
 * A FUSE file system that is not mounted anywhere yet: nobody sees it before {@link #attach}. If it is
 * closed, or its process dies, before that, it is unmounted.
 */
public final class FuseMount implements AutoCloseable {
    private static final byte[] TYPE = "fuse".getBytes(US_ASCII);
    private static final byte[] ITSELF = {};
    private static final int MOUNT_ATTR_NOSUID = 2; // linux/mount.h
    private static final int MOUNT_ATTR_NODEV = 4;
    private static final int MNT_DETACH = 2; // sys/mount.h

    private final MountSys sys = MountSys.system();
    private final Fd root;

    private FuseMount(Fd root) {
        this.root = root;
    }

    /**
     * Makes a file system: the kernel checks the mode bits, and lets every user in.
     *
     * @param name shown as the source of the mount
     */
    public static FuseMount create(String name, FuseDevice device) throws IOException {
        return create(name, device, Map.of("default_permissions", ""));
    }

    /**
     * Makes a file system that lets every user in.
     *
     * @param name shown as the source of the mount
     * @param options more of its options; those that have no value with an empty one
     */
    public static FuseMount create(String name, FuseDevice device, Map<String, String> options) throws IOException {
        MountSys sys = MountSys.system();
        Path self = Path.of("/proc/self");
        try (Fd context = Fd.adopt(check(sys.fsopen(TYPE, Linux.FSOPEN_CLOEXEC), "fsopen", name))) {
            set(context, "source", name);
            set(context, "fd", Integer.toString(device.fd().intValue()));
            set(context, "rootmode", "40000");
            set(context, "user_id", Files.getAttribute(self, "unix:uid").toString());
            set(context, "group_id", Files.getAttribute(self, "unix:gid").toString());
            set(context, "allow_other", null);
            for (Map.Entry<String, String> option : options.entrySet()) {
                set(context, option.getKey(), option.getValue().isEmpty() ? null : option.getValue());
            }
            int created = sys.fsconfig(context.intValue(), Linux.FSCONFIG_CMD_CREATE, null, null, 0);
            check(created, "fsconfig FSCONFIG_CMD_CREATE", name);
            int attributes = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV;
            int mounted = sys.fsmount(context.intValue(), Linux.FSMOUNT_CLOEXEC, attributes);
            return new FuseMount(Fd.adopt(check(mounted, "fsmount", name)));
        }
    }

    private static void set(Fd context, String key, @Nullable String value) throws IOException {
        int command = value == null ? Linux.FSCONFIG_SET_FLAG : Linux.FSCONFIG_SET_STRING;
        byte[] bytes = value == null ? null : ByteStrings.encode(value);
        int result = MountSys.system().fsconfig(context.intValue(), command, ByteStrings.encode(key), bytes, 0);
        check(result, "fsconfig " + key, value == null ? key : value);
    }

    /** Where this process can use it before it is attached. */
    public Path path() {
        return Path.of("/proc/self/fd/" + root.intValue());
    }

    /** Mounts it; a mount there whose server is gone for good is removed first. */
    public void attach(Path target) throws IOException {
        requireNonNull(target, "target is null");
        removeDead(target);
        try (Fd place = Fd.open(target, OpenFlag.PATH, OpenFlag.DIRECTORY)) {
            int flags = Linux.MOVE_MOUNT_F_EMPTY_PATH | Linux.MOVE_MOUNT_T_EMPTY_PATH;
            int result = sys.moveMount(root.intValue(), ITSELF, place.intValue(), ITSELF, flags);
            check(result, "move_mount", target.toString());
        }
    }

    private void removeDead(Path target) throws IOException {
        try {
            Fd.open(target, OpenFlag.READ, OpenFlag.DIRECTORY).close();
        } catch (IOException e) {
            Errno errno = Errno.of(e).orElse(Errno.EIO);
            if (errno != Errno.ENOTCONN && errno != Errno.ECONNABORTED) {
                throw e;
            }
            check(sys.umount(ByteStrings.ofPath(target), MNT_DETACH), "umount2", target.toString());
        }
    }

    /** Where it is attached, it stays mounted. */
    @Override
    public void close() throws IOException {
        root.close();
    }

    private static int check(int result, String call, String file) throws IOException {
        if (result < 0) {
            throw SysErrors.exception(result, call, file);
        }
        return result;
    }
}
