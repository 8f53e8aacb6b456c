// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import org.fdstorefs.internal.Linux;
import org.fdstorefs.internal.Sys;

/** Gets leases of one entry. */
final class Leases {
    private final Directory directory;
    private final byte[] name;
    private final Sys sys;
    private final Entries entries;

    Leases(Directory directory, byte[] name) {
        this.directory = directory;
        this.name = name;
        this.sys = directory.sys();
        this.entries = new Entries(sys);
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
        while (true) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            Fd entry = open();
            if (!tryLock(entry) && !awaitLock(entry, deadline)) {
                return Optional.empty();
            }
            Optional<Lease> lease = ifCurrent(entry);
            if (lease.isPresent()) {
                return lease;
            }
        }
    }

    // Opened anew each time: a lock belongs to the open file description.
    private Fd open() throws IOException {
        return Fd.lasting(
                sys, directory.call(dir -> entries.openOrCreate(dir, name)).check(directory.file(name)));
    }

    /** False if somebody else has the lock; closes the entry if that cannot be told. */
    private boolean tryLock(Fd entry) throws IOException {
        Result result = entry.use(fd -> new Result(Call.FLOCK, sys.flock(fd, Linux.LOCK_EX | Linux.LOCK_NB)));
        return !result.is(Errno.EAGAIN) && check(result, entry);
    }

    /**
     * False, and the entry is closed, if somebody else has the lock all the time. flock(2) itself cannot
     * be told to end: if the lock comes after that, it is given up at once.
     */
    private boolean awaitLock(Fd entry, Deadline deadline) throws IOException, InterruptedException {
        if (deadline.isOver()) {
            entry.close();
            return false;
        }
        Background lock = Background.start("fdstore-lease", () -> lock(entry.intValue()), () -> abandon(entry));
        int result;
        try {
            result = lock.await(deadline);
        } catch (TimeoutException e) {
            if (lock.abandon()) {
                return false;
            }
            result = lock.await(); // which came in the last moment
        } catch (InterruptedException e) {
            if (!lock.abandon()) {
                entry.close();
            }
            throw e;
        }
        return check(new Result(Call.FLOCK, result), entry);
    }

    private int lock(int fd) {
        int result;
        do {
            result = sys.flock(fd, Linux.LOCK_EX);
        } while (result == -Errno.EINTR.number());
        return result;
    }

    private static void abandon(Fd entry) {
        try {
            entry.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private boolean check(Result result, Fd entry) throws IOException {
        if (result.failed()) {
            entry.close();
        }
        result.check(directory.file(name));
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
