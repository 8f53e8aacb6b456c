// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.guard.engine;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.fdstorefs.Errno;
import org.fdstorefs.fuse.FuseException;
import org.jspecify.annotations.Nullable;

/**
 * Lets requests through to the server while it lives, and keeps them waiting while it does not. After
 * the beginning of a life those come first that remove or rename, one by one, since files must be opened
 * again where they are afterwards.
 */
public final class Gate {
    private enum Phase {
        CLOSED,
        NAMES,
        OPEN
    }

    /** How many are inside; with this bit while the gate is not open to all. */
    private static final int SHUT = 1 << 31;

    private final AtomicInteger inside = new AtomicInteger(SHUT);
    private Phase phase = Phase.CLOSED;
    private volatile @Nullable Pass ordinary;
    private int namesWaiting;
    private boolean nameInside;
    private boolean suspectInside;
    private boolean givenUp;
    private Optional<Duration> patience = Optional.empty();

    /** A request that may go through. */
    static final class Pass {
        private final boolean name;
        private final boolean suspect;
        private final Backend backend;

        private Pass(boolean name, boolean suspect, Backend backend) {
            this.name = name;
            this.suspect = suspect;
            this.backend = backend;
        }

        Backend backend() {
            return backend;
        }
    }

    /** Requests that have waited so long are answered with EIO. */
    public synchronized void patience(Duration longest) {
        patience = Optional.of(longest);
    }

    /**
     * Waits until a request may go through.
     *
     * @param name whether it removes or renames, and may have been sent before
     * @param suspect whether servers have died at it: such requests go one by one, so that one of them
     *     alone is to blame
     * @throws FuseException with EIO if it has waited too long, or all are to give up
     */
    Pass enter(boolean name, boolean suspect) throws FuseException {
        return !name && !suspect && comeIn() ? ordinary() : await(name, suspect);
    }

    /** Without a lock, as long as the gate is open; whoever is inside keeps it from closing. */
    private boolean comeIn() {
        for (int now = inside.get(); now >= 0; now = inside.get()) {
            if (inside.compareAndSet(now, now + 1)) {
                return true;
            }
        }
        return false;
    }

    private Pass ordinary() {
        return requireNonNull(ordinary, "the gate is open to nobody");
    }

    /** Leaves because the server has ended, and waits for the next one; for it the request is one of those that wait. */
    synchronized Pass again(Pass pass, boolean name, boolean suspect) throws FuseException {
        leave(pass);
        if (ordinary != null && ordinary().backend == pass.backend) {
            phase(Phase.CLOSED); // its keeper will know it soon
        }
        return await(name, suspect);
    }

    private void phase(Phase now) {
        phase = now;
        inside.getAndUpdate(count -> now == Phase.OPEN ? count & ~SHUT : count | SHUT);
    }

    private boolean isAnybodyInside() {
        return (inside.get() & ~SHUT) > 0;
    }

    private synchronized Pass await(boolean name, boolean suspect) throws FuseException {
        long deadline = patience.map(time -> System.nanoTime() + time.toNanos()).orElse(0L);
        namesWaiting += name ? 1 : 0;
        notifyAll();
        try {
            while (!mayEnter(name, suspect)) {
                if (givenUp) {
                    throw new FuseException(Errno.EIO);
                }
                long left = left(deadline);
                wait(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new FuseException(Errno.EINTR);
        } finally {
            namesWaiting -= name ? 1 : 0;
            notifyAll();
        }
        inside.getAndIncrement();
        nameInside |= name;
        suspectInside |= suspect;
        return name || suspect ? new Pass(name, suspect, ordinary().backend) : ordinary();
    }

    private boolean mayEnter(boolean name, boolean suspect) {
        if (suspect && suspectInside) {
            return false;
        }
        return phase == Phase.OPEN || (phase == Phase.NAMES && name && !nameInside);
    }

    /** How many milliseconds are left; 0 for any time. */
    private static long left(long deadline) throws FuseException {
        if (deadline == 0) {
            return 0;
        }
        long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
        if (left <= 0) {
            throw new FuseException(Errno.EIO);
        }
        return left;
    }

    /** The server that lives, as far as is known. */
    Optional<Backend> backend() {
        Pass now = ordinary;
        return now == null ? Optional.empty() : Optional.of(now.backend);
    }

    void leave(Pass pass) {
        if (pass.name || pass.suspect) {
            leaveAlone(pass);
        } else if (inside.decrementAndGet() < 0) { // else nobody waits for it
            tell();
        }
    }

    private synchronized void leaveAlone(Pass pass) {
        nameInside &= !pass.name;
        suspectInside &= !pass.suspect;
        inside.getAndDecrement();
        notifyAll();
    }

    private synchronized void tell() {
        notifyAll();
    }

    // ---- for whoever starts servers

    /** Nobody may go through any more; returns when nobody is on the way. */
    public synchronized void close() throws InterruptedException {
        phase(Phase.CLOSED);
        while (isAnybodyInside()) {
            wait();
        }
        ordinary = null;
    }

    /** A server lives. */
    public synchronized void openForNames(Backend now) {
        ordinary = new Pass(false, false, requireNonNull(now, "now is null"));
        phase(Phase.NAMES);
        notifyAll();
    }

    /** Waits until all requests have gone through that remove or rename, or the server has ended. */
    public synchronized void awaitNames() throws InterruptedException {
        while (phase == Phase.NAMES && (namesWaiting > 0 || isAnybodyInside())) {
            wait();
        }
    }

    /** Everybody may go through, unless the server has ended meanwhile. */
    public synchronized void open() {
        if (phase == Phase.NAMES) {
            phase(Phase.OPEN);
        }
        notifyAll();
    }

    /** All that wait, and all that will wait, are answered with EIO. */
    public synchronized void giveUp() {
        givenUp = true;
        notifyAll();
    }
}
