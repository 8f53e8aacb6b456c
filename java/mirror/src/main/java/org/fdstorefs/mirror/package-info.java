// SPDX-License-Identifier: Apache-2.0
/** The example: a directory mirrored through FUSE, by a server that may be killed at any time. */
@NullMarked
package org.fdstorefs.mirror;

import org.jspecify.annotations.NullMarked;
