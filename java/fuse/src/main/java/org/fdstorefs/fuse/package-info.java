// SPDX-License-Identifier: Apache-2.0
/**
 * File systems in user space, on the raw protocol of {@code linux/fuse.h}, whose servers may crash.
 *
 * <p>A {@link org.fdstorefs.fuse.FuseFileSystem} is what an author writes, a {@link
 * org.fdstorefs.fuse.FuseSession} mounts and serves it, and a {@link
 * org.fdstorefs.fuse.SessionStore} keeps the session in an fdstorefs, where the next server finds
 * it. Nothing but the kernel is needed: no libfuse, and no fusermount; so mounting takes
 * CAP_SYS_ADMIN.
 */
@NullMarked
package org.fdstorefs.fuse;

import org.jspecify.annotations.NullMarked;
