// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.mirror;

import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.fdstorefs.fuse.FuseException;

/**
 * Keeps paths true while they are used.
 *
 * <p>A path is put together from remembered names, and any of them may be renamed. So a thread that finds
 * a path and uses it holds the lock in between, shared with others that do the same; one that renames
 * or removes a name holds it alone. New names make no path wrong. The alternative, a descriptor per
 * directory, needs no lock against the renaming of directories, but one descriptor for each
 * directory that the kernel knows, and still a lock for the last name of a path. What takes long,
 * the transfer of data, uses descriptors of its own ({@link OpenFiles}) and needs no path.
 */
final class TreeLock {
    private final ReadWriteLock lock = new ReentrantReadWriteLock();

    /** Something that is done under the lock. */
    @FunctionalInterface
    interface Work<T> {
        T run() throws FuseException;
    }

    /** Something that is done under the lock and has no result. */
    @FunctionalInterface
    interface Action {
        void run() throws FuseException;
    }

    /** Does what uses paths. */
    <T> T shared(Work<T> work) throws FuseException {
        return locked(lock.readLock(), work);
    }

    /** As {@link #shared}, for what has no result. */
    void share(Action action) throws FuseException {
        locked(lock.readLock(), action);
    }

    /** Does what makes paths wrong. */
    void exclusive(Action action) throws FuseException {
        locked(lock.writeLock(), action);
    }

    private static void locked(Lock lock, Action action) throws FuseException {
        locked(lock, () -> {
            action.run();
            return true;
        });
    }

    private static <T> T locked(Lock lock, Work<T> work) throws FuseException {
        lock.lock();
        try {
            return work.run();
        } finally {
            lock.unlock();
        }
    }
}
