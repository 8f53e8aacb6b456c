// SPDX-License-Identifier: Apache-2.0

/**
 * The demonstration: programs work on a mirrored directory while its servers are killed one after
 * the other.
 */
package org.fdstorefs.fuse.demo;
