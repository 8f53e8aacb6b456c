// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.cli;

import org.fdstorefs.Fd;
import org.fdstorefs.exec.Program;

/** An entry, and how the program gets its descriptor. */
interface Request {

    /** The name of the entry. */
    String name();

    /** The program with that descriptor. */
    Program give(Program program, Fd fd);
}
