// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.guard.engine;

import java.io.IOException;
import java.util.function.IntFunction;
import org.fdstorefs.fuse.workers.Killed;
import org.fdstorefs.guard.state.GuardState;
import org.fdstorefs.internal.Threads;

/** Has one life of a toy server follow the other, as the guard's keeper does it with processes. */
final class TestKeeper {
    private final GuardState state;
    private final Gate gate;
    private final GuardEngine engine;
    private final IntFunction<Life> births;
    private final Thread thread = new Thread(this::run, "test-keeper");
    private boolean namesAreDone;
    private boolean ended;
    private boolean held;
    private int lives;
    private Life current;
    private IOException failure;

    /**
     * @param lives how many lives there were before
     * @param leftOver whether requests of an earlier guard come first that change names
     */
    TestKeeper(GuardState state, Gate gate, GuardEngine engine, IntFunction<Life> births, int lives, boolean leftOver) {
        this.state = state;
        this.gate = gate;
        this.engine = engine;
        this.births = births;
        this.lives = lives;
        this.namesAreDone = !leftOver;
        thread.start();
    }

    synchronized void namesAreDone() {
        namesAreDone = true;
        notifyAll();
    }

    /** No server begins to live from now on. */
    synchronized void hold() {
        held = true;
    }

    synchronized void release() {
        held = false;
        notifyAll();
    }

    synchronized int lives() {
        return lives;
    }

    synchronized Life current() {
        return current;
    }

    /** Why servers were refused. */
    synchronized IOException failure() {
        return failure;
    }

    private synchronized boolean awaitTurn() throws InterruptedException {
        while (held && !ended) {
            wait();
        }
        return !ended;
    }

    private synchronized void awaitNames() throws InterruptedException {
        while (!namesAreDone && !ended) {
            wait();
        }
    }

    private synchronized Life next() {
        current = births.apply(++lives);
        if (ended) {
            current.kill();
        }
        return current;
    }

    private void run() {
        try {
            while (awaitTurn()) {
                Life life = next();
                state.begin(life.generation());
                try {
                    live(life);
                } catch (BackendGoneException e) {
                    // The next one is better.
                }
                gate.close();
            }
        } catch (IOException e) {
            fail(e);
        } catch (InterruptedException | Killed e) {
            // The guard is dead.
        }
        gate.giveUp();
    }

    private void live(Life life) throws BackendGoneException, IOException, InterruptedException {
        Negotiation.begin(life, state);
        gate.openForNames(life);
        awaitNames();
        gate.awaitNames();
        engine.recover(life);
        gate.open();
        life.awaitEnd();
    }

    private synchronized void fail(IOException e) {
        failure = e;
    }

    /** Ends the server and starts no other one. */
    void end() {
        synchronized (this) {
            ended = true;
            if (current != null) {
                current.kill();
            }
            notifyAll();
        }
        Threads.join(thread);
    }
}
