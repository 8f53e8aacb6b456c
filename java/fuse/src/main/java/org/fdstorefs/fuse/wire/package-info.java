// SPDX-License-Identifier: Apache-2.0
/**
 * What goes over {@code /dev/fuse}, as {@code linux/fuse.h} lays it out: {@link org.fdstorefs.fuse.wire.RequestHeader}
 * and {@link org.fdstorefs.fuse.wire.RequestBody} read a request, {@link org.fdstorefs.fuse.wire.Reply} composes the
 * reply.
 */
@NullMarked
package org.fdstorefs.fuse.wire;

import org.jspecify.annotations.NullMarked;
