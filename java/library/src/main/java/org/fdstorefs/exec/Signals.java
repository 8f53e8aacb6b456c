// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.exec;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.fdstorefs.internal.Linux;
import org.fdstorefs.internal.ProcessSys;
import org.jspecify.annotations.Nullable;

/**
 * The dispositions of this process's signals, as masks whose bit 0 is signal 1. A program inherits
 * only which signals are ignored.
 */
final class Signals {
    private static final int LAST = 64;
    // signal(7): KILL and STOP can never be ignored. The C library keeps 32 and 33, which it refuses.
    private static final long FIXED = bit(9) | bit(19) | bit(32) | bit(33);
    static final int CHLD = 17;

    private final ProcessSys processes;

    Signals(ProcessSys processes) {
        this.processes = processes;
    }

    private static long bit(int signal) {
        return 1L << (signal - 1);
    }

    /** The numbers of the signals in a mask. */
    static List<Integer> numbers(long mask) {
        List<Integer> numbers = new ArrayList<>();
        for (int signal = 1; signal <= LAST; signal++) {
            if ((mask & bit(signal)) != 0) {
                numbers.add(signal);
            }
        }
        return numbers;
    }

    /** The signals of a mask that a process can ignore. */
    static long ignorable(long mask) {
        return mask & ~FIXED;
    }

    /** The signals that are ignored now. */
    long ignored() {
        long ignored = 0;
        byte[] action = new byte[Linux.SIGACTION_SIZE];
        for (int signal : numbers(ignorable(-1))) {
            if (processes.sigaction(signal, null, action) == 0 && handler(action) == Linux.SIG_IGN) {
                ignored |= bit(signal);
            }
        }
        return ignored;
    }

    private static long handler(byte[] action) {
        return ByteBuffer.wrap(action).order(ByteOrder.nativeOrder()).getLong(0);
    }

    /**
     * Has the kernel keep children that have ended until they are waited for, which it does not while
     * SIGCHLD is ignored. {@link ProcessBuilder} does the same when it is first used.
     */
    void keepEndedChildren() {
        if ((ignored() & bit(CHLD)) != 0) {
            set(CHLD, Linux.SIG_DFL, null);
        }
    }

    private int set(int signal, long handler, byte @Nullable [] oldAction) {
        byte[] action = new byte[Linux.SIGACTION_SIZE];
        ByteBuffer.wrap(action).order(ByteOrder.nativeOrder()).putLong(0, handler);
        return processes.sigaction(signal, action, oldAction);
    }

    /** What {@link #ignore} replaced. */
    record Replaced(int signal, byte[] action) {}

    /** Ignores these signals, and no others; returns what {@link #restore} takes. */
    List<Replaced> ignore(long mask) {
        List<Replaced> replaced = new ArrayList<>();
        long now = ignored();
        for (int signal : numbers(ignorable(mask ^ now))) {
            byte[] old = new byte[Linux.SIGACTION_SIZE];
            boolean ignored = (mask & bit(signal)) != 0;
            if (set(signal, ignored ? Linux.SIG_IGN : Linux.SIG_DFL, old) == 0) {
                replaced.add(new Replaced(signal, old));
            }
        }
        return replaced;
    }

    void restore(List<Replaced> replaced) {
        for (Replaced each : replaced) {
            processes.sigaction(each.signal(), each.action(), null);
        }
    }
}
