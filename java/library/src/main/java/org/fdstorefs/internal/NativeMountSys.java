// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.internal;

import static org.fdstorefs.internal.ByteStrings.cString;
import static org.fdstorefs.internal.NativeSys.check;

import org.jspecify.annotations.Nullable;

/** {@link MountSys} on the C library. */
final class NativeMountSys implements MountSys {
    static final NativeMountSys INSTANCE = new NativeMountSys();

    private NativeMountSys() {}

    @Override
    public int mount(byte[] source, byte[] target, byte[] type, long flags, byte @Nullable [] data) {
        return check(MountLibc.mount(cString(source), cString(target), cString(type), flags, orNull(data)));
    }

    @Override
    public int umount(byte[] target, int flags) {
        return check(MountLibc.umount2(cString(target), flags));
    }

    @Override
    public int fsopen(byte[] type, int flags) {
        return (int) check(MountLibc.syscall(Linux.SYS_FSOPEN, cString(type), flags));
    }

    @Override
    public int fsconfig(int fd, int command, byte @Nullable [] key, byte @Nullable [] value, int aux) {
        return (int) check(MountLibc.syscall(Linux.SYS_FSCONFIG, fd, command, orNull(key), orNull(value), aux));
    }

    @Override
    public int fsmount(int fd, int flags, int attributes) {
        return (int) check(MountLibc.syscall(Linux.SYS_FSMOUNT, fd, flags, attributes));
    }

    @Override
    public int moveMount(int fromDirFd, byte[] fromPath, int toDirFd, byte[] toPath, int flags) {
        return (int) check(
                MountLibc.syscall(Linux.SYS_MOVE_MOUNT, fromDirFd, cString(fromPath), toDirFd, cString(toPath), flags));
    }

    private static byte @Nullable [] orNull(byte @Nullable [] string) {
        return string == null ? null : cString(string);
    }
}
