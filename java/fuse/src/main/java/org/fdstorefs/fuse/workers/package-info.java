// SPDX-License-Identifier: Apache-2.0
/**
 * Threads that read requests from the kernel, call the file system, and write the replies:
 * {@link org.fdstorefs.fuse.workers.FuseServer} is a connection's.
 */
@NullMarked
package org.fdstorefs.fuse.workers;

import org.jspecify.annotations.NullMarked;
