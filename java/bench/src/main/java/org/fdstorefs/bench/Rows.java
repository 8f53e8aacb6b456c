// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import java.util.Locale;

/**
 * Prints what an operation costs as a row of tabs: key, median, lowest and highest quarter, what it is. A unit is a
 * nanosecond of the processor time of the calling thread; the compiler and the garbage collector have threads of
 * their own.
 */
final class Rows {
    // Until nothing is compiled any more: with a tenth of it the rows for Java 25 are those of what is still
    // interpreted.
    private static final int WARM_UP = 300_000;
    private static final int ROUNDS = 61;
    private static final int OPERATIONS = 200;

    private final PrintStream out;
    private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();

    Rows(PrintStream out) {
        this.out = out;
    }

    /** One operation on a store. */
    @FunctionalInterface
    interface Operation {
        void run() throws IOException;
    }

    void measure(String key, String what, Operation operation) throws IOException {
        repeat(WARM_UP, operation);
        double[] costs = new double[ROUNDS];
        for (int round = 0; round < ROUNDS; round++) {
            long begin = threads.getCurrentThreadCpuTime();
            repeat(OPERATIONS, operation);
            costs[round] = (double) (threads.getCurrentThreadCpuTime() - begin) / OPERATIONS;
        }
        Arrays.sort(costs);
        out.printf(
                Locale.ROOT,
                "%s\t%.1f\t%.1f\t%.1f\t%s%n",
                key,
                costs[ROUNDS / 2],
                costs[ROUNDS / 4],
                costs[ROUNDS * 3 / 4],
                what);
    }

    private static void repeat(int times, Operation operation) throws IOException {
        for (int i = 0; i < times; i++) {
            operation.run();
        }
    }
}
