// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs;

import java.io.IOException;
import java.util.function.Predicate;
import org.fdstorefs.internal.Sys;
import org.jspecify.annotations.Nullable;

/**
 * Waits until an entry exists and is filled, or is not.
 *
 * <p>Looks, and if it is too early, watches and looks again, so that nothing is missed between the
 * two. What is watched: the names in the directory, and poll(2) of the entry that has the name now. If
 * there is none, a nameless entry stands in for it, since poll(2) of any entry reports that the store was
 * sealed; without permission to make one, that shows only when a name changes.
 */
final class Waiter {
    private final Directory directory;
    private final byte[] name;
    private final Sys sys;
    private final Entries entries;
    private final Reactor reactor;

    Waiter(Directory directory, byte[] name, Reactor reactor) {
        this.directory = directory;
        this.name = name;
        this.sys = directory.sys();
        this.entries = new Entries(sys);
        this.reactor = reactor;
    }

    /** What is waited for. */
    private record Wish(FdFunction<Result> look, Predicate<Result> tooEarly, Watch.Kind kind) {}

    /** As {@link Entries#get}, when there is something; the last failure when the time is over. */
    Result get(Deadline deadline) throws IOException, InterruptedException {
        return await(new Wish(dir -> entries.get(dir, name), Waiter::holdsNothing, Watch.Kind.FILLED), deadline);
    }

    /** As {@link Entries#take}, when there is something; the last failure when the time is over. */
    Result take(Deadline deadline) throws IOException, InterruptedException {
        return await(new Wish(dir -> entries.take(dir, name), Waiter::holdsNothing, Watch.Kind.TAKEN), deadline);
    }

    /** As {@link Entries#isFilled}, when it exists and is filled, or when the time is over. */
    Result filled(Deadline deadline) throws IOException, InterruptedException {
        Predicate<Result> tooEarly = result -> result.value() == 0 || result.is(Errno.ENOENT);
        return await(new Wish(dir -> entries.isFilled(dir, name), tooEarly, Watch.Kind.FILLED), deadline);
    }

    /** As {@link Entries#isFilled}, when it is empty or gone, or when the time is over. */
    Result empty(Deadline deadline) throws IOException, InterruptedException {
        Predicate<Result> filled = result -> result.value() > 0;
        return await(new Wish(dir -> entries.isFilled(dir, name), filled, Watch.Kind.EMPTY), deadline);
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
        try (Watch watch = Watch.open(reactor, directory, name, wish.kind())) {
            result = directory.call(wish.look());
            while (wish.tooEarly().test(result) && !deadline.isOver()) {
                awaitChange(wish, watch, deadline);
                result = directory.call(wish.look());
            }
            return result;
        }
    }

    private void awaitChange(Wish wish, Watch watch, Deadline deadline) throws IOException, InterruptedException {
        watch.arm();
        Watch.Event event = watch.await(deadline);
        if (event.hungUp() && wish.kind() != Watch.Kind.EMPTY && hasTheName(event.entry())) {
            new Result(Call.POLL, -Errno.ESHUTDOWN.number()).check(directory, name);
        }
    }

    /** Whether it was not removed or replaced, or stands in for a missing one: then it hung up because the store is sealed. */
    private boolean hasTheName(@Nullable Stat entry) throws IOException {
        if (entry == null) {
            return true;
        }
        Stat named = new Stat();
        return !directory.call(dir -> named.look(sys, dir, name)).failed() && named.isSameFile(entry);
    }
}
