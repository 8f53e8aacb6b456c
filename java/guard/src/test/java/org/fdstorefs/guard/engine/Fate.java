// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.guard.engine;

import java.util.ArrayDeque;
import java.util.Deque;
import org.fdstorefs.fuse.wire.Opcode;
import org.fdstorefs.fuse.workers.Killed;

/**
 * When the server or the guard is killed: at a moment that is so many moments from now. One is before and
 * one after each call of the server; for the guard, one is before each record of its log, too.
 */
final class Fate {
    static final int NEVER = Integer.MAX_VALUE;

    private final Deque<Integer> more = new ArrayDeque<>();
    private int left = NEVER;
    private boolean guard;
    private boolean guardIsDead;
    private int kills;
    private Opcode deadly = Opcode.UNKNOWN;

    /** Each server dies at such a request. */
    synchronized void deadly(Opcode opcode) {
        deadly = opcode;
    }

    synchronized boolean isDeadly(Opcode opcode) {
        return opcode == deadly && opcode != Opcode.UNKNOWN;
    }

    /** The server is killed at such moments, each counted from the one before. */
    synchronized void killServerAt(int first, int... others) {
        guard = false;
        begin(first, others);
    }

    /** The guard is killed at the first moment, and its successor at the next. */
    synchronized void killGuardAt(int first, int... others) {
        guard = true;
        begin(first, others);
    }

    private void begin(int first, int... others) {
        left = first;
        more.clear();
        for (int other : others) {
            more.add(other);
        }
        kills = 0;
    }

    /** Nobody is killed any more. */
    synchronized void spare() {
        left = NEVER;
    }

    /** How often somebody was killed. */
    synchronized int kills() {
        return kills;
    }

    synchronized boolean isGuardDead() {
        return guardIsDead;
    }

    /** There is another guard. */
    synchronized void nextGuard() {
        guardIsDead = false;
    }

    /** A moment of the server's, at which the guard may be killed as well. True if the server is. */
    synchronized boolean isKilled() {
        return pass();
    }

    /** A moment of the guard's alone. */
    synchronized void record() {
        if (guard || guardIsDead) {
            pass();
        }
    }

    private boolean pass() {
        if (guardIsDead) {
            throw new Killed();
        } else if (left == NEVER || left-- > 0) {
            return false;
        }
        left = more.isEmpty() ? NEVER : more.remove();
        kills++;
        if (guard) {
            guardIsDead = true;
            throw new Killed();
        }
        return true;
    }
}
