// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.internal;

import org.jspecify.annotations.Nullable;

/** The system calls on mounts, with the manners of {@link Sys}. */
public interface MountSys {

    /** The system calls of this machine. */
    static MountSys system() {
        return NativeMountSys.INSTANCE;
    }

    /** mount(2); {@code data} may be null. */
    int mount(byte[] source, byte[] target, byte[] type, long flags, byte @Nullable [] data);

    /** umount2(2). */
    int umount(byte[] target, int flags);

    /** fsopen(2). */
    int fsopen(byte[] type, int flags);

    /** fsconfig(2); {@code key} and {@code value} may be null. */
    int fsconfig(int fd, int command, byte @Nullable [] key, byte @Nullable [] value, int aux);

    /** fsmount(2). */
    int fsmount(int fd, int flags, int attributes);

    /** move_mount(2). */
    int moveMount(int fromDirFd, byte[] fromPath, int toDirFd, byte[] toPath, int flags);
}
