// SPDX-License-Identifier: Apache-2.0
/**
 * Serves file systems. A {@link org.fdstorefs.fuse.server.RecoverableServer} does what most programs need; it uses a
 * {@link org.fdstorefs.fuse.server.FuseSession}, which mounts and serves a file system, and a
 * {@link org.fdstorefs.fuse.server.SessionStore}, which keeps the session in an fdstorefs, where the next server finds
 * it.
 */
@NullMarked
package org.fdstorefs.fuse.server;

import org.jspecify.annotations.NullMarked;
