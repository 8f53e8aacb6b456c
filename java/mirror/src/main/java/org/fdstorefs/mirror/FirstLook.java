// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.mirror;

import org.fdstorefs.fuse.FuseException;
import org.fdstorefs.fuse.Request;

/**
 * What a request found when it was seen for the first time, kept as its memo: whether there was
 * already what it is to make, or still what it is to remove. Nobody else changes that meanwhile,
 * since the kernel lets one in at a time who changes a directory, or an extended attribute.
 */
final class FirstLook {
    private static final long WAS_ABSENT = 1;
    private static final long WAS_THERE = 2;

    private FirstLook() {}

    /** Looks whether something exists. */
    @FunctionalInterface
    interface Look {
        boolean isThere() throws FuseException;
    }

    /** Looks, unless a server has done so for this request before. */
    static boolean wasThere(Request request, Look look) throws FuseException {
        if (request.memo() == 0) {
            request.memo(look.isThere() ? WAS_THERE : WAS_ABSENT);
        }
        return request.memo() == WAS_THERE;
    }
}
