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

    /** What is done under two locks. */
    @FunctionalInterface
    interface Body {
        int run() throws BackendGoneException, FuseException;
    }

    private static int stripe(Node directory) {
        return (int) (directory.id() % STRIPES);
    }

    /** To be held by who looks names up. */
    Lock looking(Node directory) {
        return stripes[stripe(directory)].readLock();
    }

    /** To be held by who changes names. */
    Lock changing(Node directory) {
        return stripes[stripe(directory)].writeLock();
    }

    /** Changes names of two directories, which may be one. */
    int changing(Node directory, Node other, Body body) throws BackendGoneException, FuseException {
        boolean inOrder = stripe(directory) <= stripe(other);
        Lock outer = changing(inOrder ? directory : other);
        Lock inner = changing(inOrder ? other : directory); // perhaps the same, once more
        outer.lock();
        inner.lock();
        try {
            return body.run();
        } finally {
            inner.unlock();
            outer.unlock();
        }
    }
}
