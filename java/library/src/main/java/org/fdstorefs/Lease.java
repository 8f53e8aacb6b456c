// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.fdstorefs.internal.Linux;

/**
 * The right to be the only one, until it is closed or the process dies: an flock(2) of an entry. It is held whether
 * or not anybody still has this object: the garbage collector does not end it.
 *
 * <pre>{@code
 * try (FdStore store = FdStore.open(Path.of("/run/fdstore"));
 *         Lease lease = store.lease("lease")) { // waits until the server before us has gone
 *     System.out.println(lease.isHeld() + " " + store.children());
 * }
 * }</pre>
 *
 * <p>Everybody who may open the entry may lock it. It says nothing about what the entry holds; mostly it is
 * empty. Programs in other languages take part with open(2) and flock(2). Thread-safe; does not need
 * the store that it was got from.
 */
public final class Lease implements AutoCloseable {
    private final Directory directory;
    private final byte[] name;
    private final Fd entry;
    private final AtomicBoolean open = new AtomicBoolean(true);

    /** Owns both descriptors. */
    Lease(Directory directory, byte[] name, Fd entry) {
        this.directory = directory;
        this.name = name;
        this.entry = entry;
    }

    /**
     * Whether this is not closed, and its entry still has its name: if somebody has removed or renamed
     * that, another process may have a lease of the same name.
     *
     * @throws FdStoreException if the entry cannot be looked at
     */
    public boolean isHeld() throws IOException {
        if (!open.get()) {
            return false;
        }
        try {
            return isCurrent(directory, name, entry);
        } catch (ClosedFdException e) { // just now
            return false;
        }
    }

    /** Whether the entry has the name. */
    static boolean isCurrent(Directory directory, byte[] name, Fd entry) throws IOException {
        Stat locked = new Stat();
        entry.use(fd -> locked.look(directory.sys(), fd)).check(directory, name);
        Stat named = new Stat();
        Result result = directory.call(dir -> named.look(directory.sys(), dir, name));
        if (result.is(Errno.ENOENT)) {
            return false;
        }
        result.check(directory, name);
        return named.isSameFile(locked);
    }

    /** Gives the right up; the entry stays. Later calls do nothing. */
    @Override
    public void close() throws IOException {
        if (!open.getAndSet(false)) {
            return;
        }
        Fd parent = directory.fd();
        try (parent;
                entry) {
            // A child that is being forked may have the open file until its execve(2).
            entry.use(fd -> directory.sys().flock(fd, Linux.LOCK_UN));
        }
    }

    @Override
    public String toString() {
        return "lease of " + directory.file(name) + (open.get() ? "" : " (closed)");
    }
}
