// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.csi;

/** How many entries a store may have, and how many of them are left. */
record Usage(long total, long free) {
    Usage {
        if (free < 0 || free > total) {
            throw new IllegalArgumentException("free " + free + " of " + total);
        }
    }

    long used() {
        return total - free;
    }
}
