// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.cli;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What {@code --verbose} prints. Without it the logging library is not even loaded, which takes long. */
final class Log {
    private final boolean verbose;

    Log(boolean verbose) {
        this.verbose = verbose;
    }

    private static final class Lazy {
        private static final Logger LOGGER = LoggerFactory.getLogger("fdstore");
    }

    /** A step; {@code {}} stands for an argument. */
    void step(String format, Object... arguments) {
        if (verbose) {
            Lazy.LOGGER.debug(format, arguments);
        }
    }

    /** An exception, with where it comes from. */
    void failure(Exception e) {
        if (verbose) {
            Lazy.LOGGER.debug("failed", e);
        }
    }
}
