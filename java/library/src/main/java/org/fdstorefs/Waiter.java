// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs;

import java.io.IOException;
import java.util.function.Predicate;
import org.fdstorefs.internal.Linux;
import org.fdstorefs.internal.Sys;

/**
 * Waits until an entry is there and filled, or is not.
 *
 * <p>Looks, and if it is too early, watches and looks again, so that nothing is missed between the
 * two. What is watched: the names in the directory, and poll(2) of the entry that has the name now. If
 * there is none, a nameless entry stands in for it, since poll(2) of any entry tells that the store was
 * sealed; who may not make one learns that only when a name changes.
 */
final class Waiter {
    private final Directory directory;
    private final byte[] name;
    private final Sys sys;
    private final Entries entries;

    Waiter(Directory directory, byte[] name) {
        this.directory = directory;
        this.name = name;
        this.sys = directory.sys();
        this.entries = new Entries(sys);
    }

    /** What is waited for. */
    private record Wish(FdFunction<Result> look, Predicate<Result> tooEarly, int event) {}

    /** As {@link Entries#get}, when there is something; the last failure when the time is over. */
    Result get(Deadline deadline) throws IOException, InterruptedException {
        return await(new Wish(dir -> entries.get(dir, name), Waiter::holdsNothing, Linux.POLLIN), deadline);
    }

    /** As {@link Entries#take}, when there is something; the last failure when the time is over. */
    Result take(Deadline deadline) throws IOException, InterruptedException {
        return await(new Wish(dir -> entries.take(dir, name), Waiter::holdsNothing, Linux.POLLIN), deadline);
    }

    /** As {@link Entries#isFilled}, when it is there and filled, or when the time is over. */
    Result filled(Deadline deadline) throws IOException, InterruptedException {
        Predicate<Result> tooEarly = result -> result.value() == 0 || result.is(Errno.ENOENT);
        return await(new Wish(dir -> entries.isFilled(dir, name), tooEarly, Linux.POLLIN), deadline);
    }

    /** As {@link Entries#isFilled}, when it is empty or gone, or when the time is over. */
    Result empty(Deadline deadline) throws IOException, InterruptedException {
        Predicate<Result> filled = result -> result.value() > 0;
        return await(new Wish(dir -> entries.isFilled(dir, name), filled, Linux.POLLOUT), deadline);
    }

    /** Whether the entry is missing or empty. */
    static boolean holdsNothing(Result result) {
        return result.is(Errno.ENOENT) || result.is(Errno.ENODATA);
    }

    private Result await(Wish wish, Deadline deadline) throws IOException, InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        Result result = directory.call(wish.look());
        if (!wish.tooEarly().test(result) || deadline.isOver()) {
            return result;
        }
        try (DirectoryWatch watch = DirectoryWatch.open(directory)) {
            result = directory.call(wish.look());
            while (wish.tooEarly().test(result) && !deadline.isOver()) {
                awaitChange(wish, watch, deadline);
                result = directory.call(wish.look());
            }
            return result;
        }
    }

    private void awaitChange(Wish wish, DirectoryWatch watch, Deadline deadline)
            throws IOException, InterruptedException {
        watch.requireDirectory();
        Result opened = directory.call(dir -> entries.open(dir, name));
        boolean missing = opened.is(Errno.ENOENT);
        if (missing) {
            opened = directory.call(entries::openNameless);
        } else {
            opened.check(directory.file(name));
        }
        int entry = opened.failed() ? DirectoryWatch.NONE : (int) opened.value();
        try {
            int event = missing ? 0 : wish.event();
            boolean hungUp = (watch.await(entry, event, deadline) & Linux.POLLHUP) != 0;
            if (hungUp && wish.event() == Linux.POLLIN && (missing || hasTheName(entry))) {
                new Result(Call.POLL, -Errno.ESHUTDOWN.number()).check(directory.file(name));
            }
        } finally {
            if (!opened.failed()) {
                sys.close(entry);
            }
        }
    }

    /** Whether it was not removed or replaced: then it hung up because the store is sealed. */
    private boolean hasTheName(int entry) throws IOException {
        Stat opened = new Stat();
        opened.look(sys, entry).check(directory.file(name));
        Stat named = new Stat();
        return !directory.call(dir -> named.look(sys, dir, name)).failed() && named.isSameFile(opened);
    }
}
