// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.guard.engine;

import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.stream.Stream;
import org.fdstorefs.fuse.FuseException;
import org.fdstorefs.guard.state.Node;

/**
 * The order of replies about one directory is the order in which they are noted: a name that is looked
 * up while it is removed must not be noted after its removal. The kernel does not see to that, since it
 * looks names up again without a lock.
 */
final class Locks {
    private static final int STRIPES = 64;

    private final ReadWriteLock[] stripes =
            Stream.generate(ReentrantReadWriteLock::new).limit(STRIPES).toArray(ReadWriteLock[]::new);

    /** What is done under a lock. */
    @FunctionalInterface
    interface Body {
        int run() throws BackendGoneException, FuseException;
    }

    private static int stripe(Node directory) {
        return (int) (directory.id() % STRIPES);
    }

    int looking(Node directory, Body body) throws BackendGoneException, FuseException {
        return with(stripes[stripe(directory)].readLock(), body);
    }

    int changing(Node directory, Body body) throws BackendGoneException, FuseException {
        return with(stripes[stripe(directory)].writeLock(), body);
    }

    int changing(Node directory, Node other, Body body) throws BackendGoneException, FuseException {
        int one = stripe(directory);
        int two = stripe(other);
        if (one == two) {
            return changing(directory, body);
        }
        Lock inner = stripes[Math.max(one, two)].writeLock();
        return with(stripes[Math.min(one, two)].writeLock(), () -> with(inner, body));
    }

    private static int with(Lock lock, Body body) throws BackendGoneException, FuseException {
        lock.lock();
        try {
            return body.run();
        } finally {
            lock.unlock();
        }
    }
}
