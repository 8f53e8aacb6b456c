// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.fuse.workers;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;

/** What goes wrong and is nobody's answer goes to the logger {@code org.fdstorefs.fuse}. */
final class Log {
    private Log() {}

    /** Never fails: whoever tells of an Error may be out of memory. */
    static void error(String message, Throwable e) {
        try {
            logger().log(Level.ERROR, message, e);
        } catch (Throwable ignored) {
            // the request is to be answered all the same
        }
    }

    static void error(String message) {
        logger().log(Level.ERROR, message);
    }

    private static Logger logger() {
        return System.getLogger("org.fdstorefs.fuse");
    }
}
