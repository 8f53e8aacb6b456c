// SPDX-License-Identifier: Apache-2.0
/**
 * What a server leaves to its successor, in shared memory: the identity of the session, the journal of requests, and
 * the counts of lookups. {@link org.fdstorefs.fuse.state.StateMemory} is all of it.
 */
@NullMarked
package org.fdstorefs.fuse.state;

import org.jspecify.annotations.NullMarked;
