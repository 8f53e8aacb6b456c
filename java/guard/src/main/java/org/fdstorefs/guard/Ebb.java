// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.guard;

/**
 * Sees that most of many nodes were forgotten: then is the time to give memory back, which a JVM that has nothing
 * to do does not by itself. Not thread-safe.
 */
final class Ebb {
    private static final int MANY = 50_000;

    private int most;

    /** Whether it has come, with so many nodes left; each is told once. */
    boolean hasCome(int nodes) {
        most = Math.max(most, nodes);
        boolean come = most > MANY && nodes < most / 4;
        if (come) {
            most = nodes;
        }
        return come;
    }
}
