// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.cli;

import static java.util.Objects.requireNonNull;

import java.io.PrintStream;

/**
 * Where a command prints its results and reports.
 *
 * @param out for results
 * @param report for errors
 * @param log for steps
 * @param json whether results are JSON
 */
record Console(PrintStream out, Report report, Log log, boolean json) {

    Console {
        requireNonNull(out, "out is null");
        requireNonNull(report, "report is null");
        requireNonNull(log, "log is null");
    }
}
