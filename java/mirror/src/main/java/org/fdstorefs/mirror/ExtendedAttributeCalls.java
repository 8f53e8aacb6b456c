// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.mirror;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.fdstorefs.fuse.Bytes;
import org.fdstorefs.fuse.FuseException;

/**
 * The calls for extended attributes. They take no directory, as others do, but {@code /proc} has a
 * path to each that is open. Those that follow no symbolic link in the last place are used.
 */
final class ExtendedAttributeCalls {
    private final HostRoot root;

    ExtendedAttributeCalls(HostRoot root) {
        this.root = requireNonNull(root, "root is null");
    }

    byte[] get(HostPath path, Bytes name, Scratch memory) throws FuseException {
        byte[] attribute = HostPath.of(name).terminated();
        long length = root.at(
                path,
                (directory, file) ->
                        Libc.lgetxattr(absolute(directory, file), attribute, memory.address(), Scratch.SIZE));
        return memory.copy((int) length);
    }

    List<Bytes> list(HostPath path, Scratch memory) throws FuseException {
        long length = root.at(
                path, (directory, file) -> Libc.llistxattr(absolute(directory, file), memory.address(), Scratch.SIZE));
        return split(memory.copy((int) length));
    }

    void set(HostPath path, Bytes name, byte[] value, int flags) throws FuseException {
        byte[] attribute = HostPath.of(name).terminated();
        root.at(
                path,
                (directory, file) -> Libc.lsetxattr(absolute(directory, file), attribute, value, value.length, flags));
    }

    void remove(HostPath path, Bytes name) throws FuseException {
        byte[] attribute = HostPath.of(name).terminated();
        root.at(path, (directory, file) -> Libc.lremovexattr(absolute(directory, file), attribute));
    }

    private static byte[] absolute(int directory, byte[] path) {
        byte[] prefix = ("/proc/self/fd/" + directory + "/").getBytes(US_ASCII);
        byte[] absolute = Arrays.copyOf(prefix, prefix.length + path.length);
        System.arraycopy(path, 0, absolute, prefix.length, path.length);
        return absolute;
    }

    /** Each name ends with a NUL. */
    private static List<Bytes> split(byte[] names) {
        List<Bytes> split = new ArrayList<>();
        int start = 0;
        for (int i = 0; i < names.length; i++) {
            if (names[i] == 0) {
                split.add(Bytes.of(Arrays.copyOfRange(names, start, i)));
                start = i + 1;
            }
        }
        return split;
    }
}
