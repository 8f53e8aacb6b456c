// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.fdstorefs.internal.ByteStrings;
import org.fdstorefs.internal.Linux;
import org.jspecify.annotations.Nullable;

/**
 * An option of {@link FdStore#mount}. Immutable; of two for the same setting the later one counts.
 *
 * <pre>{@code
 * try (FdStore store = FdStore.mount(
 *         Path.of("/run/fdstore"), MountOption.mode(0700), MountOption.max(64), MountOption.source("sessions"))) {
 *     System.out.println(store.directory());
 * }
 * }</pre>
 */
public final class MountOption {
    private static final int MODE_MAX = 07777;
    private static final long MAX_MAX = 0xFFFF_FFFFL;
    static final String SOURCE = "source";

    private final String key;
    private final int command;
    private final @Nullable String value;
    private final @Nullable Fd file;

    private MountOption(String key, int command, @Nullable String value, @Nullable Fd file) {
        this.key = key;
        this.command = command;
        this.value = value;
        this.file = file;
    }

    private static MountOption string(String key, String value) {
        return new MountOption(key, Linux.FSCONFIG_SET_STRING, value, null);
    }

    /**
     * The permission bits of the root directory, 0 to 07777; 0755 if not given.
     *
     * @throws IllegalArgumentException if there are other bits
     */
    public static MountOption mode(int mode) {
        if (mode < 0 || mode > MODE_MAX) {
            throw new IllegalArgumentException("mode %o: give permission bits, 0 to 7777".formatted(mode));
        }
        return string("mode", Integer.toOctalString(mode));
    }

    /** The owner of the root directory, an unsigned number; by default that of the process that mounts. */
    public static MountOption uid(int uid) {
        return string("uid", Integer.toUnsignedString(uid));
    }

    /** The group of the root directory, an unsigned number; by default that of the process that mounts. */
    public static MountOption gid(int gid) {
        return string("gid", Integer.toUnsignedString(gid));
    }

    /**
     * How many entries, directories, links and further hard links the store holds; 4096 if not given.
     *
     * @throws IllegalArgumentException if it is not in 1 to 4294967295
     */
    public static MountOption max(long max) {
        if (max < 1 || max > MAX_MAX) {
            throw new IllegalArgumentException("max " + max + ": give 1 to " + MAX_MAX);
        }
        return string("max", Long.toString(max));
    }

    /**
     * How many filled entries of the store each user may have; by default as many as it holds. Does not
     * limit processes with CAP_SYS_RESOURCE in the user namespace of the store.
     *
     * @throws IllegalArgumentException if it is not in 1 to 4294967295
     */
    public static MountOption maxUser(long max) {
        if (max < 1 || max > MAX_MAX) {
            throw new IllegalArgumentException("maxuser " + max + ": give 1 to " + MAX_MAX);
        }
        return string("maxuser", Long.toString(max));
    }

    /**
     * What ends the store: when poll(2) of this file reports POLLIN, POLLHUP or POLLERR, all that is
     * stored is released, and nothing can be put any more.
     *
     * @param anchor a pidfd, eventfd, timerfd or pipe; the caller keeps it, and may close it
     *     after the mount
     */
    public static MountOption anchor(Fd anchor) {
        return new MountOption("anchor", Linux.FSCONFIG_SET_FD, null, requireNonNull(anchor, "anchor is null"));
    }

    /**
     * No automatic anchor: a store that is mounted within a pid namespace does not end with its init.
     * Needs CAP_SYS_ADMIN in the initial user namespace.
     */
    public static MountOption noAnchor() {
        return new MountOption("noanchor", Linux.FSCONFIG_SET_FLAG, null, null);
    }

    /**
     * What /proc/PID/mountinfo shows as the source of the mount; {@code fdstore} if not given.
     *
     * @throws IllegalArgumentException if it is empty or has a NUL
     */
    public static MountOption source(String source) {
        requireNonNull(source, "source is null");
        if (source.isEmpty() || source.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("the source of a mount is not empty, and has no NUL");
        }
        return string(SOURCE, source);
    }

    /**
     * The SELinux label of all files of the store, instead of one for each; only where SELinux is enabled.
     *
     * @throws IllegalArgumentException if it is empty or has a NUL
     */
    public static MountOption context(String label) {
        requireNonNull(label, "label is null");
        if (label.isEmpty() || label.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("a label is not empty, and has no NUL");
        }
        return string("context", label);
    }

    /** Nobody can make entries, nor put anything into them: for who was promised a mount without writing. */
    public static MountOption readOnly() {
        return new MountOption("ro", Linux.FSCONFIG_SET_FLAG, null, null);
    }

    String key() {
        return key;
    }

    /** Applies it to a filesystem context: a call of fsconfig(2). */
    int apply(FsConfig context) throws IOException {
        byte[] keyBytes = key.getBytes(StandardCharsets.US_ASCII);
        if (file != null) {
            return file.use(number -> context.set(command, keyBytes, null, number));
        }
        return context.set(command, keyBytes, value == null ? null : ByteStrings.encode(value), 0);
    }

    /** fsconfig(2) of one context. */
    @FunctionalInterface
    interface FsConfig {
        int set(int command, byte[] key, byte @Nullable [] value, int aux);
    }

    @Override
    public String toString() {
        return file != null ? key + "=" + file : value == null ? key : key + "=" + value;
    }
}
