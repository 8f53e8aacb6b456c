// SPDX-License-Identifier: Apache-2.0
/** A CSI driver that gives each pod that asks for it a store of its own. */
@NullMarked
package org.fdstorefs.csi;

import org.jspecify.annotations.NullMarked;
