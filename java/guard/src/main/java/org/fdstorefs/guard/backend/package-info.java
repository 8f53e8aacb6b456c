// SPDX-License-Identifier: Apache-2.0
/**
 * The server behind a guard: any FUSE server, as a child of this process that has one end of a socket where it
 * believes to have {@code /dev/fuse}.
 */
@NullMarked
package org.fdstorefs.guard.backend;

import org.jspecify.annotations.NullMarked;
