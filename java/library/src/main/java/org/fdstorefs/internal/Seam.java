// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.internal;

import java.nio.ByteBuffer;

/** What makes native calls: java.lang.foreign where the JVM has it for good, else JNA. */
interface Seam {
    /** "jna": not by java.lang.foreign, whose first call costs the start of a short program tens of milliseconds. */
    String PROPERTY = "org.fdstorefs.native";

    /** The first feature release that has java.lang.foreign for good. */
    int FIRST_FOREIGN = 22;

    /** What this JVM uses. */
    Seam CHOSEN = choose();

    /** A new call, with memory of its own. */
    SystemCall newCall();

    /** Where the memory of a direct buffer begins, whatever its position. */
    long address(ByteBuffer direct);

    /** The memory at an address, as a direct buffer. */
    ByteBuffer memory(long address, long length);

    private static Seam choose() {
        Linux.requireSupported();
        if (Runtime.version().feature() >= FIRST_FOREIGN
                && !System.getProperty(PROPERTY, "").equals("jna")) {
            try {
                return new ForeignSeam();
            } catch (LinkageError | RuntimeException e) {
                // Not to be had here, or forbidden: then JNA says what it takes.
            }
        }
        return new JnaSeam();
    }
}
