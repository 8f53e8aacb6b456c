// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.mirror;

import static java.util.Objects.requireNonNull;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.fdstorefs.fuse.Bytes;

/** A path relative to the mirrored directory, as the C library takes it: ends with a NUL. */
final class HostPath {
    /** The mirrored directory. */
    static final HostPath ROOT = of(Bytes.of("."));

    /** Less than PATH_MAX, for there may be something to put before it. */
    private static final int LONGEST = 4000;

    private final byte[] terminated;

    private HostPath(byte[] terminated) {
        this.terminated = terminated;
    }

    static HostPath of(Bytes path) {
        return new HostPath(Arrays.copyOf(path.toArray(), path.length() + 1));
    }

    /** The path of a file from its own name to that of the directory at the top. */
    static HostPath ofNames(List<Bytes> upwards) {
        int length = 0;
        for (Bytes name : upwards) {
            length += name.length() + 1;
        }
        byte[] path = new byte[length];
        int start = length;
        for (Bytes name : upwards) {
            start -= name.length() + 1;
            System.arraycopy(name.toArray(), 0, path, start, name.length());
            path[start + name.length()] = '/';
        }
        path[length - 1] = 0;
        return new HostPath(path);
    }

    /** The path of a name in this directory. */
    HostPath child(Bytes name) {
        requireNonNull(name, "name is null");
        if (this == ROOT) {
            return of(name);
        }
        byte[] path = Arrays.copyOf(terminated, terminated.length + name.length() + 1);
        path[terminated.length - 1] = '/';
        System.arraycopy(name.toArray(), 0, path, terminated.length, name.length());
        return new HostPath(path);
    }

    /** The bytes with their NUL; not a copy, and not to be changed. */
    byte[] terminated() {
        return terminated;
    }

    /**
     * Whether one system call does not take it: directories nest as deep as somebody likes, one
     * relative path does not.
     */
    boolean isLong() {
        return terminated.length > LONGEST;
    }

    /** The directories at the start of a long path, as many as one call takes. */
    HostPath head() {
        byte[] head = Arrays.copyOf(terminated, cut() + 1);
        head[cut()] = 0;
        return new HostPath(head);
    }

    /** What follows the {@link #head}. */
    HostPath tail() {
        return new HostPath(Arrays.copyOfRange(terminated, cut() + 1, terminated.length));
    }

    private int cut() {
        int slash = LONGEST - 1;
        while (terminated[slash] != '/') {
            slash--;
        }
        return slash;
    }

    /** For a person to read. */
    @Override
    public String toString() {
        return new String(terminated, 0, terminated.length - 1, StandardCharsets.UTF_8);
    }
}
