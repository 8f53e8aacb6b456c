// SPDX-License-Identifier: Apache-2.0
/**
 * File systems in user space, on the raw protocol of {@code linux/fuse.h}, whose servers may crash.
 *
 * <p>An author writes a {@link org.fdstorefs.fuse.FuseFileSystem}; {@code org.fdstorefs.fuse.server} serves it. Neither
 * needs anything but the kernel: no libfuse, and no fusermount. Mounting therefore takes CAP_SYS_ADMIN.
 */
@NullMarked
package org.fdstorefs.fuse;

import org.jspecify.annotations.NullMarked;
