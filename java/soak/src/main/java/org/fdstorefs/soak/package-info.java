// SPDX-License-Identifier: Apache-2.0

/**
 * The soak: programs work on a mounted directory while its servers are killed one after the other,
 * and nothing that they do may fail or differ.
 */
@NullMarked
package org.fdstorefs.soak;

import org.jspecify.annotations.NullMarked;
