// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import org.fdstorefs.internal.Linux;
import org.fdstorefs.internal.Sys;
import org.jspecify.annotations.Nullable;

/** Gets leases of one entry. */
final class Leases {
    private final Directory directory;
    private final byte[] name;
    private final Sys sys;
    private final Entries entries;
    private final PendingLocks locks;

    Leases(Directory directory, byte[] name, PendingLocks locks) {
        this.directory = directory;
        this.name = name;
        this.sys = directory.sys();
        this.entries = new Entries(sys);
        this.locks = locks;
    }

    /** The lease if nobody has it now. */
    Optional<Lease> tryLease() throws IOException {
        while (true) {
            Fd entry = open();
            if (!tryLock(entry)) {
                entry.close();
                return Optional.empty();
            }
            Optional<Lease> lease = ifCurrent(entry);
            if (lease.isPresent()) {
                return lease;
            }
        }
    }

    /** The lease when nobody has it any more; empty when the time is over. */
    Optional<Lease> lease(Deadline deadline) throws IOException, InterruptedException {
        Optional<Fd> entry = lock(deadline);
        while (entry.isPresent()) {
            Optional<Lease> lease = ifCurrent(entry.get());
            if (lease.isPresent()) {
                return lease;
            }
            entry = lock(deadline);
        }
        return Optional.empty();
    }

    // Opened anew each time: a lock belongs to the open file description.
    private Fd open() throws IOException {
        return Fd.lasting(
                sys, directory.call(dir -> entries.openOrCreate(dir, name)).check(directory, name));
    }

    /** False if somebody else has the lock; closes the entry if the call fails. */
    private boolean tryLock(Fd entry) throws IOException {
        Result result = entry.use(fd -> new Result(Call.FLOCK, sys.flock(fd, Linux.LOCK_EX | Linux.LOCK_NB)));
        return !result.is(Errno.EAGAIN) && check(result, entry);
    }

    /** The entry with its lock; empty if somebody else has that all the time. */
    private Optional<Fd> lock(Deadline deadline) throws IOException, InterruptedException {
        PendingLocks.Ticket before = null;
        try {
            while (true) {
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
                Fd entry = open();
                if (tryLock(entry)) {
                    return Optional.of(entry);
                } else if (deadline.isOver()) {
                    entry.close();
                    return Optional.empty();
                }
                PendingLocks.Ticket ticket = locks.join(sys, entry, id(entry), before);
                leave(before);
                before = ticket;
                PendingLocks.Outcome outcome = await(ticket, deadline);
                new Result(Call.FLOCK, outcome.result()).check(directory, name);
                if (outcome.entry() != null) {
                    before = null;
                    return Optional.of(outcome.entry());
                }
            }
        } finally {
            leave(before);
        }
    }

    private PendingLocks.Outcome await(PendingLocks.Ticket ticket, Deadline deadline)
            throws IOException, InterruptedException {
        try {
            return ticket.await(deadline);
        } catch (TimeoutException e) {
            return new PendingLocks.Outcome(locks.leave(ticket), 0); // which came in the last moment, or not
        } catch (InterruptedException e) {
            Fd entry = locks.leave(ticket);
            if (entry != null) {
                entry.close();
            }
            throw e;
        }
    }

    private void leave(PendingLocks.@Nullable Ticket ticket) {
        if (ticket != null) {
            locks.leave(ticket);
        }
    }

    private Stat.Id id(Fd entry) throws IOException {
        Stat stat = new Stat();
        try {
            entry.use(fd -> stat.look(sys, fd)).check(directory, name);
            return stat.id();
        } catch (Throwable e) {
            entry.close();
            throw e;
        }
    }

    private boolean check(Result result, Fd entry) throws IOException {
        if (result.failed()) {
            entry.close();
        }
        result.check(directory, name);
        return true;
    }

    /** The lease that the lock is, unless somebody has removed or replaced the entry: then that is closed. */
    private Optional<Lease> ifCurrent(Fd entry) throws IOException {
        Optional<Lease> lease = Optional.empty();
        try {
            if (Lease.isCurrent(directory, name, entry)) {
                lease = Optional.of(new Lease(directory.dup(), name, entry));
            }
            return lease;
        } finally {
            if (lease.isEmpty()) {
                entry.close();
            }
        }
    }
}
