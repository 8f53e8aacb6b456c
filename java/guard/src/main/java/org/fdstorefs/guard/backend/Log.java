// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.guard.backend;

import java.lang.System.Logger.Level;

/** Failures of threads of their own are logged by {@code org.fdstorefs.guard}. */
final class Log {
    private Log() {}

    static void error(String message, Throwable e) {
        System.getLogger("org.fdstorefs.guard").log(Level.ERROR, message, e);
    }
}
