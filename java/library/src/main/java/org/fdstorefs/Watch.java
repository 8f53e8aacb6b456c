// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.fdstorefs.internal.ByteStrings;
import org.fdstorefs.internal.Linux;
import org.fdstorefs.internal.Sys;
import org.fdstorefs.internal.SysErrors;
import org.jspecify.annotations.Nullable;

/**
 * A wait for a change of a name, of which the {@link Reactor} notifies it. What happens from {@link #open} on is not
 * missed;
 * that something happened does not mean that it is of use.
 */
final class Watch implements AutoCloseable {
    private static final byte[] PARENT = {'.', '.'};

    private final Reactor reactor;
    private final Directory directory;
    private final Sys sys;
    private final Entries entries;
    private final byte[] name;
    private final Kind kind;
    private final WatchedDirectory watched;
    private final WatchedName watchedName;
    private @Nullable WatchedDirectory parent;

    private final Semaphore wakeUp = new Semaphore(0);
    private boolean signalled;
    private boolean hungUp;
    private boolean moved;
    private boolean ended;
    private @Nullable Stat lost;
    private @Nullable Throwable failure;

    /** What is waited for. */
    enum Kind {
        FILLED(Linux.POLLIN),
        /** As FILLED, but one of many gets it, so one is woken. */
        TAKEN(Linux.POLLIN),
        EMPTY(Linux.POLLOUT);

        private final int event;

        Kind(int event) {
            this.event = event;
        }
    }

    /**
     * What has ended the wait.
     *
     * @param hungUp whether poll(2) of the entry reported that nothing can be put into it any more
     * @param entry that entry; null if it stood in for one that is missing
     */
    record Event(boolean hungUp, @Nullable Stat entry) {}

    private Watch(Reactor reactor, Directory directory, byte[] name, Kind kind) throws IOException {
        this.reactor = reactor;
        this.directory = directory;
        this.sys = directory.sys();
        this.entries = new Entries(sys);
        this.name = name;
        this.kind = kind;
        this.watched = reactor.watch(directory, "");
        this.watchedName = watched.add(this, ByteStrings.decode(name));
    }

    static Watch open(Reactor reactor, Directory directory, byte[] name, Kind kind) throws IOException {
        reactor.lock().lock();
        try {
            Watch watch = new Watch(reactor, directory, name, kind);
            try {
                watch.watchParent();
                return watch;
            } catch (Throwable e) {
                watch.close();
                throw e;
            }
        } finally {
            reactor.lock().unlock();
        }
    }

    /**
     * The end of a directory is an event only where its name is, as long as somebody has it open. Where
     * that may not be watched the end goes unnoticed until something else happens.
     */
    private void watchParent() throws IOException {
        WatchedDirectory before = parent;
        parent = null;
        Stat self = new Stat();
        directory.call(dir -> self.look(sys, dir)).check(directory.file());
        Stat above = new Stat();
        Result looked = directory.call(dir -> above.look(sys, dir, PARENT));
        if (!looked.failed() && above.isOnSameDevice(self)) { // else this is the root of the store
            try {
                parent = reactor.watch(directory, "..");
                parent.addWithin(this);
            } catch (FileSystemException e) {
                parent = null;
            }
        }
        if (before != null && before != parent) {
            before.removeWithin(this);
        }
    }

    /**
     * Makes events of the entry that has the name now end the wait, too.
     *
     * @throws java.nio.file.NoSuchFileException if the directory was removed
     */
    void arm() throws IOException {
        requireDirectory();
        reactor.lock().lock();
        try {
            if (moved) {
                moved = false;
                watchParent();
            }
            if (signalled) {
                return;
            }
            watchedName.waitsAgain(this);
            if (!watchedName.isPolled()) {
                Result opened = directory.call(dir -> entries.open(dir, name));
                if (opened.is(Errno.ENOENT)) {
                    watched.watchStore(entries::openNameless, directory);
                    return;
                }
                watchedName.poll(sys, opened.check(directory, name), directory.file(name));
            }
            watchedName.arm();
        } finally {
            reactor.lock().unlock();
        }
    }

    private void requireDirectory() throws IOException {
        Stat self = new Stat();
        directory.call(dir -> self.look(sys, dir)).check(directory.file());
        if (self.isRemoved()) {
            throw gone("removed");
        }
    }

    private IOException gone(String how) {
        return SysErrors.exception(-Errno.ENOENT.number(), "inotify", directory.file(), "the directory was " + how);
    }

    /** Waits for something, or until the time is over. */
    Event await(Deadline deadline) throws IOException, InterruptedException {
        boolean inTime = wakeUp.tryAcquire(deadline.nanosLeft(), TimeUnit.NANOSECONDS);
        reactor.lock().lock();
        try {
            if (failure != null) {
                throw new IllegalStateException("the thread that watches stores has failed", failure);
            }
            if (ended) {
                throw gone("unmounted");
            }
            if (signalled && !inTime) {
                wakeUp.drainPermits();
            }
            Event event = new Event(hungUp, lost);
            signalled = false;
            hungUp = false;
            lost = null;
            return event;
        } finally {
            reactor.lock().unlock();
        }
    }

    // What follows is called with the lock held.

    boolean takes() {
        return kind == Kind.TAKEN;
    }

    int event() {
        return kind.event;
    }

    boolean isSignalled() {
        return signalled;
    }

    void signal() {
        if (!signalled) {
            signalled = true;
            wakeUp.release();
        }
    }

    void hungUp(@Nullable Stat entry) {
        hungUp = true;
        lost = entry;
        signal();
    }

    void moved() {
        moved = true;
        signal();
    }

    void ended() {
        ended = true;
        signal();
    }

    void failed(Throwable cause) {
        failure = cause;
        signal();
    }

    @Override
    public void close() {
        reactor.lock().lock();
        try {
            watched.remove(this, ByteStrings.decode(name));
            if (parent != null) {
                parent.removeWithin(this);
            }
        } finally {
            reactor.lock().unlock();
        }
    }
}
