// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.fuse.workers;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;

/** Failures that become no answer of their own are logged by {@code org.fdstorefs.fuse}. */
public final class Log {
    private Log() {}

    /** Never fails, since a thread that reports an Error may be out of memory. */
    public static void error(String message, Throwable e) {
        try {
            logger().log(Level.ERROR, message, e);
        } catch (Throwable ignored) {
            // the request is to be answered all the same
        }
    }

    public static void error(String message) {
        logger().log(Level.ERROR, message);
    }

    private static Logger logger() {
        return System.getLogger("org.fdstorefs.fuse");
    }
}
