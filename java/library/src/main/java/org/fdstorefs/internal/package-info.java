// SPDX-License-Identifier: Apache-2.0

/** What the modules of this project share. Nobody else may use it: it changes without notice. */
@NullMarked
package org.fdstorefs.internal;

import org.jspecify.annotations.NullMarked;
