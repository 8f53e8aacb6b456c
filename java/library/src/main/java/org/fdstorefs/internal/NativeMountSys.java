// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.internal;

import org.jspecify.annotations.Nullable;

/** {@link MountSys} by {@link SystemCall}. */
final class NativeMountSys implements MountSys {
    static final NativeMountSys INSTANCE = new NativeMountSys();

    private NativeMountSys() {}

    @Override
    public int mount(byte[] source, byte[] target, byte[] type, long flags, byte @Nullable [] data) {
        try (SystemCall call = SystemCall.prepare()) {
            long from = call.string(source);
            long to = call.string(target);
            long kind = call.string(type);
            return (int) call.invoke(SyscallNumber.MOUNT, from, to, kind, flags, orNull(call, data), 0);
        }
    }

    @Override
    public int umount(byte[] target, int flags) {
        try (SystemCall call = SystemCall.prepare()) {
            return (int) call.invoke(SyscallNumber.UMOUNT2, call.string(target), flags, 0);
        }
    }

    @Override
    public int fsopen(byte[] type, int flags) {
        try (SystemCall call = SystemCall.prepare()) {
            return (int) call.invoke(SyscallNumber.FSOPEN, call.string(type), flags, 0);
        }
    }

    @Override
    public int fsconfig(int fd, int command, byte @Nullable [] key, byte @Nullable [] value, int aux) {
        try (SystemCall call = SystemCall.prepare()) {
            long name = orNull(call, key);
            return (int) call.invoke(SyscallNumber.FSCONFIG, fd, command, name, orNull(call, value), aux, 0);
        }
    }

    @Override
    public int fsmount(int fd, int flags, int attributes) {
        return (int) SystemCall.make(SyscallNumber.FSMOUNT, fd, flags, attributes);
    }

    @Override
    public int moveMount(int fromDirFd, byte[] fromPath, int toDirFd, byte[] toPath, int flags) {
        try (SystemCall call = SystemCall.prepare()) {
            long from = call.string(fromPath);
            return (int) call.invoke(SyscallNumber.MOVE_MOUNT, fromDirFd, from, toDirFd, call.string(toPath), flags, 0);
        }
    }

    private static long orNull(SystemCall call, byte @Nullable [] string) {
        return string == null ? 0 : call.string(string);
    }
}
