// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.fdstorefs.internal.ByteStrings;
import org.fdstorefs.internal.EventSys;
import org.fdstorefs.internal.Linux;
import org.fdstorefs.internal.Sys;
import org.jspecify.annotations.Nullable;

/**
 * Notifies all waits of this process of what happens to names and entries: one thread, one inotify(7) and one epoll(7)
 * instance, opened by the first thread that waits, and kept. Threads that wait for the same share a watch, and the same
 * descriptor of an entry.
 *
 * <p>Its lock guards whatever belongs to it, the {@link WatchedDirectory} and {@link Watch} objects too.
 */
final class Reactor {
    private static final int NAMES = Linux.IN_CREATE
            | Linux.IN_MOVED_TO
            | Linux.IN_DELETE
            | Linux.IN_MOVED_FROM
            | Linux.IN_MOVE_SELF
            | Linux.IN_ONLYDIR;
    private static final long INOTIFY = 0;

    // struct inotify_event { int wd; u32 mask; u32 cookie; u32 len; char name[len]; }
    private static final int EVENT_SIZE = 16;
    private static final int BUFFER_SIZE = 16 * 1024;
    private static final int EVENTS_AT_ONCE = 256;
    private static final long STACK_SIZE = 256 * 1024;

    private final Sys sys;
    private final EventSys events;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Integer, WatchedDirectory> directories = new HashMap<>();
    private final Map<Long, Polled> polled = new HashMap<>();
    private long lastToken = INOTIFY;
    private @Nullable Instances instances;

    private record Instances(int inotify, int epoll) {}

    Reactor(Sys sys, EventSys events) {
        this.sys = sys;
        this.events = events;
    }

    ReentrantLock lock() {
        return lock;
    }

    /** Watches a directory, or the one above it; the caller adds itself to it. The lock is held. */
    WatchedDirectory watch(Directory directory, String path) throws IOException {
        Instances open = open(directory);
        int watch = directory
                .call(dir -> new Result(
                        Call.WATCH,
                        events.inotifyAddWatch(
                                open.inotify(), ByteStrings.encode("/proc/self/fd/" + dir + "/" + path), NAMES)))
                .check(directory.file());
        return directories.computeIfAbsent(watch, number -> new WatchedDirectory(this, number));
    }

    /** Ends the watch of a directory that nobody needs any more. */
    void forget(WatchedDirectory directory) {
        if (directories.remove(directory.number(), directory) && instances != null) {
            events.inotifyRmWatch(instances.inotify(), directory.number());
        }
    }

    private Instances open(Directory directory) throws IOException {
        if (instances != null) {
            return instances;
        }
        String file = directory.file();
        int inotify = new Result(Call.INOTIFY, events.inotifyInit(Linux.IN_CLOEXEC | Linux.IN_NONBLOCK)).check(file);
        int epoll = -1;
        try {
            epoll = new Result(Call.EPOLL, events.epollCreate(Linux.EPOLL_CLOEXEC)).check(file);
            new Result(Call.EPOLL, events.epollCtl(epoll, Linux.EPOLL_CTL_ADD, inotify, Linux.EPOLLIN, INOTIFY))
                    .check(file);
            Instances opened = new Instances(inotify, epoll);
            start(opened);
            instances = opened;
            return opened;
        } catch (Throwable e) {
            close(new Instances(inotify, epoll));
            throw e;
        }
    }

    private void start(Instances opened) {
        // The last argument: no thread-locals of the caller, which may be large; this has them for ever.
        Thread thread = new Thread(null, () -> run(opened), "fdstore-await", STACK_SIZE, false);
        thread.setContextClassLoader(null);
        thread.setDaemon(true);
        thread.start();
    }

    private void run(Instances opened) {
        try {
            int[] found = new int[EVENTS_AT_ONCE];
            long[] tokens = new long[EVENTS_AT_ONCE];
            while (true) {
                int count = events.epollWait(opened.epoll(), found, tokens);
                if (count != -Errno.EINTR.number()) {
                    new Result(Call.EPOLL, count).check("events");
                    dispatch(opened, found, tokens, count);
                }
            }
        } catch (Throwable e) {
            fail(opened, e);
        }
    }

    private void dispatch(Instances opened, int[] found, long[] tokens, int count) throws IOException {
        lock.lock();
        try {
            for (int i = 0; i < count; i++) {
                Polled entry = polled.get(tokens[i]);
                if (tokens[i] == INOTIFY) {
                    readNames(opened.inotify());
                } else if (entry != null) { // else it was dropped meanwhile
                    entry.fire(found[i]);
                }
            }
        } finally {
            lock.unlock();
        }
    }

    private void readNames(int inotify) {
        byte[] buffer = new byte[BUFFER_SIZE];
        long length;
        while ((length = sys.read(inotify, buffer, buffer.length)) > 0) {
            ByteBuffer read = ByteBuffer.wrap(buffer).order(ByteOrder.nativeOrder());
            for (int at = 0, next; at < length; at = next) {
                next = at + EVENT_SIZE + read.getInt(at + 12);
                int end = at + EVENT_SIZE;
                while (end < next && buffer[end] != 0) {
                    end++;
                }
                changed(read.getInt(at), read.getInt(at + 4), Arrays.copyOfRange(buffer, at + EVENT_SIZE, end));
            }
        }
    }

    private void changed(int watch, int mask, byte[] name) {
        if ((mask & Linux.IN_Q_OVERFLOW) != 0) {
            List.copyOf(directories.values()).forEach(WatchedDirectory::changed);
            return;
        }
        WatchedDirectory directory = directories.get(watch);
        if (directory == null) {
            return; // forgotten meanwhile
        }
        if ((mask & (Linux.IN_UNMOUNT | Linux.IN_IGNORED)) != 0) {
            directories.remove(watch);
            directory.ended();
        } else if ((mask & Linux.IN_MOVE_SELF) != 0) {
            directory.moved();
        } else {
            directory.changed(ByteStrings.decode(name), mask);
        }
    }

    /** An unexpected failure ends all waits; the next one starts again. */
    private void fail(Instances opened, Throwable failure) {
        lock.lock();
        try {
            List<WatchedDirectory> all = List.copyOf(directories.values());
            directories.clear();
            List.copyOf(polled.values()).forEach(this::drop);
            instances = null;
            all.forEach(directory -> directory.failed(failure));
            close(opened);
        } finally {
            lock.unlock();
        }
    }

    private void close(Instances opened) {
        sys.close(opened.inotify());
        if (opened.epoll() >= 0) {
            sys.close(opened.epoll());
        }
    }

    /** Takes over the descriptor of an entry, for which nothing is awaited yet. */
    Polled poll(int entry, Polled.Listener listener, String file) throws IOException {
        Polled added = new Polled(this, ++lastToken, entry, listener);
        Result result = control(Linux.EPOLL_CTL_ADD, added, Linux.EPOLLONESHOT);
        if (result.failed()) {
            sys.close(entry);
        }
        result.check(file);
        polled.put(added.token(), added);
        return added;
    }

    /** Reports once when one of these events occurs, or a hang-up. */
    void arm(Polled entry, int wanted) {
        control(Linux.EPOLL_CTL_MOD, entry, wanted | Linux.EPOLLONESHOT);
    }

    /** Closes it. A child that is being forked may have the open file: so tell epoll(7) that it is not wanted. */
    void drop(Polled entry) {
        if (polled.remove(entry.token()) != null) {
            control(Linux.EPOLL_CTL_DEL, entry, 0);
            sys.close(entry.fd());
        }
    }

    private Result control(int operation, Polled entry, int wanted) {
        int epoll = instances == null ? -1 : instances.epoll();
        return new Result(Call.EPOLL, events.epollCtl(epoll, operation, entry.fd(), wanted, entry.token()));
    }
}
