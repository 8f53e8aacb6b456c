// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.fdstorefs.internal.ByteStrings;
import org.fdstorefs.internal.Linux;
import org.fdstorefs.internal.MountSys;
import org.fdstorefs.internal.Sys;
import org.fdstorefs.internal.SysErrors;

/** Mounts and unmounts stores. */
final class Mounts {
    private static final byte[] TYPE = "fdstorefs".getBytes(US_ASCII);
    private static final byte[] ITSELF = {};
    private static final int MESSAGE_MAX = 4096;

    private final Sys sys;
    private final MountSys mountSys;

    Mounts(Sys sys, MountSys mountSys) {
        this.sys = sys;
        this.mountSys = mountSys;
    }

    /** Mounts a new store; the descriptor is of its root directory. */
    Fd mount(Path target, MountOption... options) throws IOException {
        try (Fd place = Fd.open(target, OpenFlag.PATH, OpenFlag.DIRECTORY)) {
            return mount(target, place, options);
        }
    }

    private Fd mount(Path target, Fd place, MountOption... options) throws IOException {
        int number = mountSys.fsopen(TYPE, Linux.FSOPEN_CLOEXEC);
        if (number < 0) {
            throw SysErrors.exception(number, "fsopen", target.toString(), explainOpen(number));
        }
        try (Fd context = Fd.adopt(sys, number)) {
            for (MountOption option : lastOfEach(options).values()) {
                int result = context.use(fd ->
                        option.apply((command, key, value, aux) -> mountSys.fsconfig(fd, command, key, value, aux)));
                check(context, result, "fsconfig " + option, target);
            }
            int created = context.use(fd -> mountSys.fsconfig(fd, Linux.FSCONFIG_CMD_CREATE, null, null, 0));
            check(context, created, "fsconfig FSCONFIG_CMD_CREATE", target);
            int mounted = context.use(fd -> mountSys.fsmount(fd, Linux.FSMOUNT_CLOEXEC, 0));
            check(context, mounted, "fsmount", target);
            return attach(Fd.adopt(sys, mounted), target, place);
        }
    }

    private static Map<String, MountOption> lastOfEach(MountOption... options) {
        Map<String, MountOption> last = new LinkedHashMap<>();
        last.put(MountOption.SOURCE, MountOption.source("fdstore"));
        for (MountOption option : options) {
            last.put(requireNonNull(option, "option is null").key(), option);
        }
        return last;
    }

    private Fd attach(Fd root, Path target, Fd place) throws IOException {
        int flags = Linux.MOVE_MOUNT_F_EMPTY_PATH | Linux.MOVE_MOUNT_T_EMPTY_PATH;
        try {
            int result = root.use(from -> place.use(to -> mountSys.moveMount(from, ITSELF, to, ITSELF, flags)));
            if (result < 0) {
                throw SysErrors.exception(result, "move_mount", target.toString(), explain(result));
            }
            return root;
        } catch (Throwable e) {
            root.close();
            throw e;
        }
    }

    /** Unmounts a store, and nothing else. */
    void unmount(Path target, UnmountOption... options) throws IOException {
        Fd root = Fd.open(target, OpenFlag.PATH, OpenFlag.DIRECTORY, OpenFlag.NOFOLLOW);
        Directory.in(sys, target, root).fd().close(); // or it is none
        int flags = Linux.UMOUNT_NOFOLLOW;
        for (UnmountOption option : options) {
            flags |= requireNonNull(option, "option is null").flag();
        }
        int result = mountSys.umount(ByteStrings.ofPath(target), flags);
        if (result < 0) {
            throw SysErrors.exception(result, "umount2", target.toString(), explainUnmount(result));
        }
    }

    private void check(Fd context, int result, String call, Path target) throws IOException {
        if (result < 0) {
            String log = context.use(this::errors);
            String reason = log.isEmpty() ? explain(result) : log;
            throw SysErrors.exception(result, call, target.toString(), reason);
        }
    }

    /** What the context logged: messages as {@code "e fdstorefs: max=0: ..."}, one for each read(2). */
    private String errors(int context) {
        List<String> messages = new ArrayList<>();
        byte[] buffer = new byte[MESSAGE_MAX];
        long length;
        while ((length = sys.read(context, buffer, buffer.length)) > 0) {
            messages.add(new String(buffer, 0, (int) length, US_ASCII).strip());
        }
        return messages.stream()
                .filter(message -> message.startsWith("e "))
                .map(message -> message.substring(2).replaceFirst("^fdstorefs: ", ""))
                .distinct()
                .collect(Collectors.joining("; "));
    }

    private static String explainOpen(int result) {
        return result == -Errno.ENODEV.number()
                ? "the module is not loaded (modprobe fdstorefs)"
                : result == -Errno.ENOSYS.number() ? "this needs Linux 5.2 or later" : explain(result);
    }

    private static String explainUnmount(int result) {
        if (result == -Errno.EBUSY.number()) {
            return "in use: close what is open in it (fuser -m shows who has it), or unmount it lazily";
        }
        return result == -Errno.EINVAL.number() ? "within a store, but not where one is mounted" : explain(result);
    }

    private static String explain(int result) {
        return result == -Errno.EPERM.number()
                ? "mounting needs CAP_SYS_ADMIN in the user namespace of the mount namespace"
                        + " (root, or unshare --user --map-root-user --mount)"
                : Errno.describe(-result);
    }
}
