// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.guard.backend;

/** How a server gets the socket that it takes for {@code /dev/fuse}. */
public enum Way {
    /**
     * {@code {}} is {@code /dev/fd/N}, which libfuse 3 and go-fuse take for a mount that exists already. Nothing
     * else is needed, not even {@code /dev/fuse}.
     */
    DESCRIPTOR,

    /**
     * {@code {}} is an empty directory. The server, or a fusermount3(1) that it starts, opens {@code /dev/fuse},
     * which must be there and allowed, and mounts it; that mount(2) is caught by a seccomp filter, and nothing
     * is mounted, but the server finds the socket where it had opened the device.
     *
     * <p>That does not work where a filter of a container forbids mount(2), as Docker's does without
     * CAP_SYS_ADMIN: that filter decides first, and the server is told EPERM.
     */
    MOUNT
}
